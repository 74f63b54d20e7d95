"""`tlsprobe pcap`: verdicts for every TLS session in captures."""

import gc
import os
from pathlib import Path
from typing import Annotated

import typer

from tlsprobe.cli import options

VERDICTS = (
    "direct", "inspected", "terminated", "pin-broken", "faulty", "blocked", "undecided",
)  # fmt: skip
"""The verdicts, as `tlsprobe.model.verdict` has them: it is not imported for help."""


def command(
    files: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="FILE...",
            help="pcap or pcapng, also as .gz or .zst; folders, with all below them; or - for stdin.",
            show_default=False,
        ),
    ] = None,
    *,
    keylogs: Annotated[
        list[Path] | None,
        typer.Option(
            "--keylog",
            metavar="FILE",
            help="A key log (SSLKEYLOGFILE): opens TLS 1.3, whose certificates are encrypted."
            " Repeatable. Secrets inside a pcapng are used as they are.",
            show_default=False,
        ),
    ] = None,
    hosts: Annotated[
        list[str] | None,
        typer.Option(
            "--host",
            metavar="PATTERN",
            help="Sessions with this server name; *.example.com is every name below it. Repeatable.",
            show_default=False,
        ),
    ] = None,
    addresses: Annotated[
        list[str] | None,
        typer.Option(
            "--address",
            metavar="IP[/LEN]",
            help="Sessions of this address or network, on either side. Repeatable.",
            show_default=False,
        ),
    ] = None,
    ports: Annotated[
        list[int] | None,
        typer.Option(
            "--port",
            metavar="N",
            min=0,
            max=65535,
            help="Sessions with this port of the server. Repeatable.",
            show_default=False,
        ),
    ] = None,
    verdicts: Annotated[
        list[str] | None,
        typer.Option(
            "--verdict",
            metavar="WORD",
            help=f"Sessions with this verdict: {', '.join(VERDICTS)}. Repeatable.",
            show_default=False,
        ),
    ] = None,
    since: Annotated[
        str | None,
        typer.Option(
            "--since",
            metavar="TIME",
            help="Sessions from this time on: 2026-11-22, 2026-11-22 15:00 (UTC), or RFC 3339.",
            show_default=False,
        ),
    ] = None,
    until: Annotated[
        str | None,
        typer.Option(
            "--until",
            metavar="TIME",
            help="Sessions up to this time; a day, minute or second counts as a whole.",
            show_default=False,
        ),
    ] = None,
    extract: Annotated[
        Path | None,
        typer.Option(
            "--extract",
            metavar="DIR",
            help="Write each chain that was presented into this folder, once, as PEM.",
            show_default=False,
        ),
    ] = None,
    pins: options.Pins = None,
    baseline: options.Baseline = None,
    references: options.References = None,
    no_reference: options.NoReference = False,
    ca_files: options.CaFiles = None,
    os_store: Annotated[
        Path | None,
        typer.Option(
            "--os-store",
            metavar="PEM",
            help="The own store of the machine whose sessions these are.",
            show_default="none, since a capture may be of another machine",
        ),
    ] = None,
    jobs: Annotated[
        int | None,
        typer.Option(
            "--jobs",
            metavar="N",
            min=1,
            max=256,
            help="Files at a time, each in a process of its own.",
            show_default="as many as there are processors, for files that are worth it",
        ),
    ] = None,
    json: Annotated[
        bool, typer.Option("--json", help="JSON Lines on stdout, one record a session.")
    ] = False,
    quiet: Annotated[
        bool, typer.Option("--quiet", "-q", help="One line for each session and nothing else.")
    ] = False,
    verbose: Annotated[
        bool,
        typer.Option("--verbose", "-v", help="Every fact, and a full report for each session."),
    ] = False,
) -> int:
    """Read captures, and say of every TLS session in them who ended it and why one may believe it.

    Sessions are judged as of the time when they took place. What is not wanted (--host, --verdict
    and so on) counts neither in what is shown nor in the exit code.
    """
    # As in `probe`: starting drops nothing.
    gc.disable()
    # numpy counts here and multiplies no matrices: threads for that would take time to start.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    try:
        # Here, as nothing of it is needed for help.
        from tlsprobe.cli import analysing  # noqa: PLC0415
        from tlsprobe.cli.reference import ReferenceOptions  # noqa: PLC0415
        from tlsprobe.cli.wanted import parse_verdicts, parse_wanted  # noqa: PLC0415

        return analysing.run(
            names=files or (),
            keylogs=keylogs or (),
            reference=ReferenceOptions(
                files=references or (),
                bare=no_reference,
                ca_files=ca_files or (),
                os_store=os_store,
                pins=pins or (),
                baseline=baseline,
            ),
            wanted=parse_wanted(
                hosts=hosts or (),
                addresses=addresses or (),
                ports=ports or (),
                since=since,
                until=until,
            ),
            verdicts=parse_verdicts(verdicts or ()),
            output=analysing.Output(json=json, quiet=quiet, verbose=verbose, extract=extract),
            jobs=jobs,
        )
    finally:
        gc.enable()
