"""One target under atheris: `python -m tests.fuzz.guided TARGET [LIBFUZZER OPTION | FOLDER]...`.

Never returns: libFuzzer ends the process.
"""

import sys
from collections.abc import Callable

import atheris


def main() -> None:
    """Fuzz what the first argument names."""
    # What is imported here, is instrumented.
    with atheris.instrument_imports(include=["tlsprobe"]):
        from tests.fuzz.targets import TARGETS
    target: Callable[[bytes], None] = TARGETS[sys.argv[1]]
    # For a merge, libFuzzer starts its program again, as a shell command.
    program = f"{sys.executable} -m {__spec__.name} {sys.argv[1]}"
    atheris.Setup([program, *sys.argv[2:]], target)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
