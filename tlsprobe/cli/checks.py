"""`tlsprobe checks`: every check, with what it needs, what it cites and its text."""

from tlsprobe.cli import options
from tlsprobe.cli.console import Console


def command(*, json: options.Json = False) -> None:
    """List every check: what it needs, what it cites, and what it says."""
    from tlsprobe.checks import all_checks  # noqa: PLC0415 - nothing of it is needed for help
    from tlsprobe.cli.catalogue import record, rows  # noqa: PLC0415

    console = Console()
    for check in all_checks():
        if json:
            console.record(record(check))
        else:
            console.rows(rows(check))
