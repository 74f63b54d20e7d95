"""The record that `tlsprobe routes --json` writes, and how it is filled."""

from collections.abc import Sequence
from typing import Annotated, Final, Literal

from msgspec import Meta, Struct

from tlsprobe.model.route_choice import Client, Place, RouteChoice

ROUTES_SCHEMA: Final = "tlsprobe.routes/1"


class WayRecord(Struct, frozen=True):
    """One way, of which the next is taken where it fails."""

    via: Annotated[str | None, Meta(description="A proxy's URL; null goes directly.")]


class ClientRecord(Struct, frozen=True):
    """What one client of the machine does."""

    client: Annotated[Client, Meta(description="Whose settings they are.")]
    routes: Annotated[
        list[WayRecord] | None,
        Meta(description="Its ways in turn; null where that cannot be told."),
    ]
    why: Annotated[str, Meta(description="The setting that decides.")]


class RoutesRecord(Struct, frozen=True):
    """The way that each client of a machine takes to one endpoint."""

    schema: Annotated[
        Literal["tlsprobe.routes/1"], Meta(description="Name and number of the schema.")
    ]
    host: Annotated[str, Meta(description="The host that was named.")]
    port: Annotated[int, Meta(description="Its TCP port.")]
    clients: Annotated[list[ClientRecord], Meta(description="Every client that is known here.")]


def routes_record(place: Place, choices: Sequence[RouteChoice]) -> RoutesRecord:
    """The record of one endpoint."""
    return RoutesRecord(
        schema=ROUTES_SCHEMA,
        host=place.host,
        port=place.port,
        clients=[
            ClientRecord(one.client, [WayRecord(way.via) for way in one.routes] or None, one.why)
            for one in choices
        ],
    )
