"""`tlsprobe serve-canary`: a server of one's own, outside, that tells what reaches it."""

from pathlib import Path
from typing import Annotated

import typer

from tlsprobe.cli import options


def command(
    *,
    listen: Annotated[
        str,
        typer.Option(
            "--listen",
            metavar="[ADDR]:PORT",
            help="Where to listen. Many boxes look at port 443 alone, which may need privileges.",
        ),
    ] = ":8443",
    names: Annotated[
        list[str] | None,
        typer.Option(
            "--name",
            metavar="NAME",
            help="The name or IP address by which it is reached from inside. Repeatable.",
            show_default="this machine's own",
        ),
    ] = None,
    certificate: Annotated[
        Path | None,
        typer.Option(
            "--cert", metavar="PEM", help="A chain to present, leaf first.", show_default=False
        ),
    ] = None,
    key: Annotated[
        Path | None, typer.Option("--key", metavar="PEM", help="Its key.", show_default=False)
    ] = None,
    quiet: options.Quiet = False,
) -> int:
    """Answer every GET with what reached this server: ClientHello, TLS session, request headers.

    Run it on a machine of your own outside the network, and `tlsprobe probe --canary` inside. The key
    is made anew at each start, unless --key and --cert name one: boxes may refuse what no public CA
    signed, and then answer themselves. Stand it where clients reach it directly; whatever ends TLS
    before it shows as what it is. Ends on Ctrl-C.
    """
    from tlsprobe.cli import serving_canary  # noqa: PLC0415 - nothing of it is needed for help

    return serving_canary.run(
        listen=listen, names=tuple(names or ()), certificate=certificate, key=key, quiet=quiet
    )
