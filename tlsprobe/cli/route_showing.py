"""What `tlsprobe routes` does, once its options are read."""

import asyncio
import os
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

from tlsprobe.cli.console import Console
from tlsprobe.cli.targets import parse_endpoint
from tlsprobe.model.json_routes import routes_record
from tlsprobe.model.jsonable import encoded
from tlsprobe.model.route import Route
from tlsprobe.model.route_choice import Client, Place, RouteChoice
from tlsprobe.report.page import Row, Span, Tone
from tlsprobe.route_choices import Sources, route_choices
from tlsprobe.wire.ip_literals import join_host_port

COLUMN = 24
UNKNOWN = "cannot be told"
_NAMES = {
    Client.DOTNET: ".NET, sync engine",
    Client.WINHTTP: "WinHTTP, services",
    Client.WININET: "WinINET, this user",
    Client.ENVIRONMENT: "environment",
    Client.PAC: "PAC script",
}


def run(
    hosts: Sequence[str], *, machine_config: Path | None, script: Path | None, json: bool
) -> None:
    """Show the ways to each host.

    Raises:
        UsageError: a host is malformed.
        InputError: a file cannot be used.
    """
    places = [Place(*parse_endpoint(host)) for host in hosts]
    sources = Sources.of_this_machine(os.environ, machine_config=machine_config, script=script)
    now = datetime.now().astimezone()  # noqa: TID251 - the program's own clock, and its zone
    found = asyncio.run(route_choices(sources, places, now=now))
    console = Console()
    for place, choices in zip(places, found, strict=True):
        if json:
            console.record(encoded(routes_record(place, choices)) + b"\n")
        else:
            console.rows(_rows(place, choices))


def _rows(place: Place, choices: Sequence[RouteChoice]) -> Iterator[Row]:
    yield Row(heads=((0, Span(join_host_port(*place), Tone.LABEL)),))
    for choice in choices:
        ways = ", then ".join(_way(route) for route in choice.routes)
        tone = Tone.PLAIN if ways else Tone.QUIET
        name = Span(_NAMES[choice.client], Tone.LABEL)
        yield Row(heads=((2, name),), spans=(Span(ways or UNKNOWN, tone),), hang=COLUMN)
        yield Row(spans=(Span(choice.why, Tone.QUIET),), hang=COLUMN)
    yield Row()


def _way(route: Route) -> str:
    return route.via or "direct"
