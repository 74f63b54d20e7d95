"""`python -m tlsprobe` is `tlsprobe`: where the program begins, and nothing is imported yet."""

import sys

INTERRUPTED = 130
"""The same as `tlsprobe.cli.console` has, which is not imported yet where it is needed."""


def main() -> int:
    """Run the program; its exit code, also where Ctrl-C comes while it is still being imported."""
    try:
        from tlsprobe.cli.main import main as program  # noqa: PLC0415 - that is what may take long

        return program()
    except KeyboardInterrupt:
        return INTERRUPTED


if __name__ == "__main__":
    sys.exit(main())
