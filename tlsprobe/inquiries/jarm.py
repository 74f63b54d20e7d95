"""The endpoint's JARM: how it answers ten hellos that are the same for everybody."""

import asyncio

from tlsprobe.handshake.transcript import Direction, Segment
from tlsprobe.hello.template import Template
from tlsprobe.inquiries._inquiry import Asked, Inquiry, Learned
from tlsprobe.live.exchange import Exchange, exchange
from tlsprobe.model import jarm
from tlsprobe.model.observation import FailureKind, Stage

HANDSHAKE = 2.0
"""Seconds that an answer is waited for at least."""


def _wanted(asked: Asked) -> bool:
    """Where somebody speaks TLS; also where he refused the first hello, since he may like another."""
    seen = asked.report.observation
    return asked.settings.jarm and (bool(seen.chain) or bool(seen.handshake.alerts))


async def _inquire(asked: Asked) -> Learned:
    from tlsprobe.hello.jarm import hellos  # noqa: PLC0415 - few probes want it

    async def one(template: Template) -> Exchange:
        async with asked.turn:
            return await _asked(asked, template)

    seen = await asyncio.gather(*map(one, hellos(asked.world.entropy)))
    answers = [jarm.answer(_said(each)) for each in seen]
    # A value with a hole in it would be that of another server.
    unheard = any(one is None and _unheard(each) for one, each in zip(answers, seen, strict=True))
    return Learned(jarm=jarm.NO_ANSWER if unheard else jarm.jarm(answers))


async def _asked(asked: Asked, template: Template) -> Exchange:
    world = asked.world
    return await exchange(
        world.dial_of(asked.request.route),
        asked.address,
        asked.request.port,
        template.stamp(server_name=asked.request.sni, entropy=world.entropy),
        limits=asked.settings_within(connect=HANDSHAKE, handshake=HANDSHAKE).limits,
        now=world.now,
        entropy=world.entropy,
    )


def _said(seen: Exchange) -> bytes:
    """All that the server sent."""
    return b"".join(
        one.data
        for one in seen.transcript.segments
        if isinstance(one, Segment) and one.direction is Direction.SERVER
    )


def _unheard(seen: Exchange) -> bool:
    """Whether there is no answer, not even a no: nothing came, or there was no connection."""
    failure = seen.failure
    return failure is not None and (failure.stage is not Stage.TLS or failure.kind in _NOT_HEARD)


_NOT_HEARD = (FailureKind.SILENCE, FailureKind.DRIP, FailureKind.LOCAL)


JARM = Inquiry(
    _wanted, _inquire, "the endpoint's JARM", least=jarm.HELLOS,
    yields=lambda asked: not asked.settings.jarm_by_all_means,
)  # fmt: skip
