"""`tlsprobe probe`: one-off probes, a verdict for each."""

import gc
from pathlib import Path
from typing import Annotated

import typer

from tlsprobe.cli import options


def command(
    targets: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="TARGET...",
            help="HOST, HOST:PORT, [IPV6]:PORT, https://HOST, or - for a list on stdin.",
            show_default=False,
        ),
    ] = None,
    *,
    lists: Annotated[
        list[Path] | None,
        typer.Option(
            "--targets",
            metavar="FILE",
            help="A list of targets, one a line; # begins a comment. Repeatable.",
            show_default=False,
        ),
    ] = None,
    address: Annotated[
        str | None,
        typer.Option(
            "--address",
            metavar="IP",
            help="Connect there, whatever the resolver says.",
            show_default=False,
        ),
    ] = None,
    all_addresses: Annotated[
        bool,
        typer.Option(
            "--all-addresses",
            help="Ask at every address of a name, not only at the first that answers.",
        ),
    ] = False,
    sni: Annotated[
        str | None,
        typer.Option(
            "--sni", metavar="NAME", help="Send this server name.", show_default="the host's name"
        ),
    ] = None,
    no_sni: Annotated[bool, typer.Option("--no-sni", help="Send no server name.")] = False,
    hello: options.Hello = options.PROFILES[0],
    second_opinion: options.SecondOpinion = None,
    pins: options.Pins = None,
    references: options.References = None,
    no_reference: options.NoReference = False,
    ca_files: options.CaFiles = None,
    os_store: options.OsStore = None,
    timeout: options.Timeout = None,
    concurrency: options.Concurrency = 64,
    json: options.Json = False,
    quiet: options.Quiet = False,
    verbose: options.Verbose = False,
) -> int:
    """Probe endpoints, and say of each who ends its TLS and why one may believe it."""
    # Starting makes a great deal and drops nothing: looking for garbage meanwhile takes a tenth more.
    # `probing` begins to look when all is in place.
    gc.disable()
    try:
        # Here, as nothing of it is needed for help.
        from tlsprobe.cli import probing  # noqa: PLC0415
        from tlsprobe.cli.reference import ReferenceOptions  # noqa: PLC0415

        return probing.run(
            selection=probing.Selection(
                targets=tuple(targets or ()),
                lists=tuple(lists or ()),
                address=address,
                all_addresses=all_addresses,
                sni=sni,
                no_sni=no_sni,
            ),
            reference=ReferenceOptions(
                files=references or (),
                bare=no_reference,
                ca_files=ca_files or (),
                os_store=os_store,
                pins=pins or (),
            ),
            asking=probing.Asking(
                hello=hello,
                second_opinion=second_opinion,
                timeout=timeout,
                concurrency=concurrency,
            ),
            output=probing.Output(json=json, quiet=quiet, verbose=verbose),
        )
    finally:
        gc.enable()
