"""The same endpoint over the other routes that are known: directly beside a proxy, and the reverse.

A machine's clients may go several ways, and what one shows the other need not. Asked also where nothing
came about: that another way works is what has to be told then.
"""

import asyncio

from msgspec.structs import replace

from tlsprobe.asking import ProbeRequest, look_at_first, target
from tlsprobe.handshake.summary import Handshake
from tlsprobe.inquiries._inquiry import Asked, Inquiry, Learned
from tlsprobe.live.resolve import Resolution, resolve
from tlsprobe.model.observation import Failure, Observation, SourceKind
from tlsprobe.model.route import Route
from tlsprobe.observe import observe

MOST = 3
"""Routes that are asked beside the first."""
CONNECT = 2.0
"""Seconds that a connection is waited for at least: where a proxy is used, the direct way is often
closed, and by silence."""
HANDSHAKE = 5.0


def _wanted(asked: Asked) -> bool:
    return bool(_others(asked))


def _others(asked: Asked) -> tuple[Route, ...]:
    request = asked.request
    distinct = {one.via: one for one in request.other_routes if one.via != request.route.via}
    return tuple(distinct.values())[:MOST]


async def _inquire(asked: Asked) -> Learned:
    others, room = _others(asked), max(1, asked.connections)
    looks = await asyncio.gather(*(_over(one, asked) for one in others[:room]))
    left_out = tuple(f"the endpoint asked {_words(one)}" for one in others[room:])
    return Learned(controls=tuple(looks), left_out=left_out)


def _words(route: Route) -> str:
    return "directly" if route.via is None else f"through {route.via}"


async def _over(route: Route, asked: Asked) -> Observation:
    request = replace(asked.request, route=route)
    settings = asked.settings_within(connect=CONNECT, handshake=HANDSHAKE)
    where, clock = request.address or request.host, asked.world.dial.clock
    found = Resolution(addresses=(where,))
    if route.proxy is None:
        found = await resolve(where, timeout=settings.limits.lookup, clock=clock)
        if not found.addresses:
            return _unresolved(request, asked, found.failure)
    async with asked.turn:
        return await look_at_first(
            request, found, settings, asked.world, source=SourceKind.OTHER_ROUTE
        )


def _unresolved(request: ProbeRequest, asked: Asked, failure: Failure | None) -> Observation:
    return observe(
        Handshake(),
        target=target(request, None, request.sni),
        source=SourceKind.OTHER_ROUTE,
        profile=asked.settings.template.profile,
        taken=asked.world.now(),
        failure=failure,
    )


OTHER_ROUTES = Inquiry(
    _wanted, _inquire, "the same endpoint over another route", least=1, most=MOST,
    of_unreached=True, despite_proof=True,
)  # fmt: skip
