"""`tlsprobe reference show`: what is expected, since when and from where."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from tlsprobe.cli import options
from tlsprobe.errors import UsageError

UNKNOWN = 3
EXIT_CODES = "Exits with 0; 3 where nothing is known of what was asked for."


def command(
    subject: Annotated[
        str | None,
        typer.Argument(
            metavar="HOST|KEY|NAME",
            help="A host; the key of a CA as sha256/BASE64; or a part of a CA's name. Without it:"
            " every table, how old it is and where it stands.",
            show_default=False,
        ),
    ] = None,
    *,
    everything: Annotated[
        bool, typer.Option("--all", help="Every listed CA, a line each.")
    ] = False,
    references: options.References = None,
    json: Annotated[
        bool,
        typer.Option("--json", help="JSON Lines on stdout: a record for each host, CA or table."),
    ] = False,
) -> int:
    """Show what is expected of a host, what is known of a CA, or what the reference is made of."""
    from tlsprobe.cli.reference_showing import show  # noqa: PLC0415 - nothing of it is needed for help

    if everything and subject is not None:
        raise UsageError("--all and HOST|KEY|NAME: expected one of them")
    if subject is not None and not subject.strip():
        raise UsageError("HOST|KEY|NAME is empty: expected a host, a key or a part of a CA's name")
    today = datetime.now(UTC).date()  # noqa: TID251 - the program's own clock
    known = show(subject, everything=everything, json=json, files=references or (), today=today)
    return 0 if known else UNKNOWN
