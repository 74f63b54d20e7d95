"""`tlsprobe trace`: at which hop TCP and TLS end."""

from typing import Annotated

import typer

from tlsprobe.cli import options

EXIT_CODES = (
    "Exits with 0 where TCP ends no nearer than the endpoint; 5 where it, or TLS, ends at a box before"
    " it; 3 where too little could be seen, or nothing be traced; 2 for wrong usage."
)


def command(
    target: Annotated[
        str,
        typer.Argument(
            metavar="TARGET",
            help="HOST, HOST:PORT, [IPV6]:PORT or https://HOST.",
            show_default=False,
        ),
    ],
    *,
    address: options.Address = None,
    sni: options.ServerName = None,
    no_sni: options.NoServerName = False,
    hello: options.Hello = options.PROFILES[0],
    reference_port: options.ReferencePort = options.REFERENCE_PORT,
    max_hops: options.MaxHops = options.MAX_HOPS,
    floor_ms: options.FloorMs = None,
    names: options.RouterNames = False,
    json: options.Json = False,
) -> int:
    """Trace the way to an endpoint: at which hop TCP and TLS end, and where the endpoint is."""
    from tlsprobe.cli import tracing  # noqa: PLC0415 - nothing of it is needed for help
    from tlsprobe.model.hops import Wish  # noqa: PLC0415

    return tracing.run(
        target=target,
        naming=tracing.Naming(address=address, sni=sni, no_sni=no_sni),
        hello=hello,
        wish=Wish(reference_port=reference_port, max_hops=max_hops, floor_ms=floor_ms, names=names),
        json=json,
    )
