"""`tlsprobe baseline`: what a clean place saw of endpoints, held against this place or another day."""

from pathlib import Path
from typing import Annotated

import typer

from tlsprobe.cli import options
from tlsprobe.cli.console import EXIT_CODES

app = typer.Typer(
    no_args_is_help=True, rich_markup_mode=None, help="Record what a clean place sees; compare."
)


@app.command("record", epilog=EXIT_CODES)
def record(
    targets: options.Targets = None,
    *,
    to: Annotated[
        Path, typer.Option("--to", metavar="FILE", help="The file to write.", show_default=False)
    ],
    lists: options.Lists = None,
    address: options.Address = None,
    all_addresses: options.AllAddresses = False,
    via: options.Via = None,
    sni: options.ServerName = None,
    no_sni: options.NoServerName = False,
    hello: options.Hello = options.PROFILES[0],
    second_opinion: options.SecondOpinion = None,
    jarm: options.Jarm = None,
    references: options.References = None,
    no_reference: options.NoReference = False,
    ca_files: options.CaFiles = None,
    os_store: options.OsStore = None,
    timeout: options.Timeout = None,
    concurrency: options.Concurrency = 64,
    json: options.Json = False,
    quiet: options.Quiet = False,
) -> int:
    """Probe endpoints from a place where nobody is on the path, and keep what was seen in a file.

    Keys, chains, choices, fingerprints and failures are kept. What is inspected or terminated here
    is not, since then this is no clean place for it. A file that is there is replaced as a whole,
    when all was asked.
    """
    from tlsprobe.cli import baselining, probing  # noqa: PLC0415 - nothing of it is needed for help
    from tlsprobe.cli.reference import ReferenceOptions  # noqa: PLC0415

    return baselining.record(
        to=to,
        selection=probing.Selection(
            targets=tuple(targets or ()),
            lists=tuple(lists or ()),
            address=address,
            all_addresses=all_addresses,
            via=via,
            sni=sni,
            no_sni=no_sni,
        ),
        reference=ReferenceOptions(
            files=references or (), bare=no_reference, ca_files=ca_files or (), os_store=os_store
        ),
        asking=probing.Asking(
            hello=hello,
            second_opinion=second_opinion,
            jarm=jarm,
            timeout=timeout,
            concurrency=concurrency,
        ),
        output=probing.Output(json=json, quiet=quiet, verbose=False),
    )


@app.command("diff", epilog=EXIT_CODES)
def diff(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="What was recorded.", show_default=False)
    ],
    targets: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="TARGET...",
            help="As for `tlsprobe probe`. Without any, all endpoints of FILE.",
            show_default=False,
        ),
    ] = None,
    *,
    against: Annotated[
        Path | None,
        typer.Option(
            "--against",
            metavar="FILE",
            help="Ask nobody: compare with this record of another day or place.",
            show_default=False,
        ),
    ] = None,
    lists: options.Lists = None,
    address: options.Address = None,
    via: options.Via = None,
    hello: options.Hello = options.PROFILES[0],
    second_opinion: options.SecondOpinion = None,
    jarm: options.Jarm = None,
    references: options.References = None,
    no_reference: options.NoReference = False,
    ca_files: options.CaFiles = None,
    os_store: options.OsStore = None,
    timeout: options.Timeout = None,
    concurrency: options.Concurrency = 64,
    json: options.Json = False,
    quiet: options.Quiet = False,
) -> int:
    """Say of each endpoint what is other than it was in the record, and what that comes to.

    The verdict is that of `tlsprobe probe --baseline FILE`: a renewed certificate, another public CA
    or a changed setting of the owner's is shown and is no alarm.
    """
    from tlsprobe.cli import baselining, probing  # noqa: PLC0415 - nothing of it is needed for help
    from tlsprobe.cli.reference import ReferenceOptions  # noqa: PLC0415

    return baselining.diff(
        file=file,
        against=against,
        selection=probing.Selection(
            targets=tuple(targets or ()),
            lists=tuple(lists or ()),
            address=address,
            all_addresses=False,
            via=via,
            sni=None,
            no_sni=False,
        ),
        reference=ReferenceOptions(
            files=references or (),
            bare=no_reference,
            ca_files=ca_files or (),
            os_store=os_store,
        ),
        asking=probing.Asking(
            hello=hello,
            second_opinion=second_opinion,
            jarm=jarm,
            timeout=timeout,
            concurrency=concurrency,
        ),
        output=probing.Output(json=json, quiet=quiet, verbose=False),
    )
