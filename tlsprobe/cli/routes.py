"""`tlsprobe routes`: which way each client of this machine would take to a host, and why."""

from typing import Annotated

import typer

from tlsprobe.cli import options

Hosts = Annotated[
    list[str],
    typer.Argument(
        metavar="HOST...",
        help="HOST, HOST:PORT, [IPV6]:PORT or https://HOST.",
        show_default=False,
    ),
]


def command(
    hosts: Hosts,
    *,
    machine_config: options.MachineConfig = None,
    pac: options.Pac = None,
    json: Annotated[
        bool, typer.Option("--json", help="JSON Lines on stdout, one record a host.")
    ] = False,
) -> None:
    """Tell which way each client of this machine would take to a host, and why.

    Services, .NET (and with it the sync engine of Entra Connect), users and scripts have settings of
    their own, and may go three different ways. Nothing is connected to; a PAC script may ask DNS.
    """
    from tlsprobe.cli import route_showing  # noqa: PLC0415 - nothing of it is needed for help

    route_showing.run(hosts, machine_config=machine_config, script=pac, json=json)
