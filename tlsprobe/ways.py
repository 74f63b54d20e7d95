"""Which way each endpoint of a survey is asked, out of all that is known of proxies.

The way of the service itself counts: that of .NET's settings, where they can be read. Then comes what
the caller says, and a script that he names, and the environment at last. Where any of them knows of a
proxy, the others' ways and the direct one are compared with it.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from tlsprobe.errors import InputError
from tlsprobe.model.route import DIRECT, Route
from tlsprobe.model.route_choice import Client, Place, RouteChoice
from tlsprobe.model.way import Way
from tlsprobe.route_choices import Sources, route_choices
from tlsprobe.store.proxy_environment import NONE, Routing

_NAMED = (Client.DOTNET, None, Client.PAC, Client.ENVIRONMENT)
"""Whose say counts before whose; None is the caller's."""


async def ways(
    places: Sequence[Place], sources: Sources, routing: Routing, via: str | None, *, now: datetime
) -> dict[Place, Way]:
    """The way to each place; `routing` is what `via` and the environment say.

    `now` is in the machine's time zone, as for `route_choices`.

    Raises:
        InputError: a file that was named cannot be used, or has no good answer for one of the places.
    """
    if via is not None and via.strip().lower() == NONE:
        return {place: Way(route=routing.route(place.host)) for place in places}
    found = await route_choices(sources, places, now=now)
    for one in (choice for choices in found for choice in choices):
        # Who names a script wants the way that it says, and no other in its place.
        if one.client is Client.PAC and one.fault:
            raise InputError(str(sources.pac), one.fault)
    return {
        place: _way(choices, routing.route(place.host), given=via is not None)
        for place, choices in zip(places, found, strict=True)
    }


def _way(choices: Iterable[RouteChoice], asked: Route, *, given: bool) -> Way:
    first: dict[Client | None, Route] = {one.client: one.routes[0] for one in choices if one.routes}
    first[None if given else Client.ENVIRONMENT] = asked
    client = next(one for one in _NAMED if one in first)
    route = first[client]
    others = [*first.values()]
    if any(one.proxy is not None for one in others):
        others.append(DIRECT)
    distinct = {one.via: one for one in reversed(others) if one.via != route.via}
    return Way(route=route, client=client, others=tuple(reversed(distinct.values())))
