"""Sweeps: all TTLs at once, up to the first that comes to an end."""

import asyncio
import errno

import pytest

from tlsprobe.live.sweep import Patience, Turns, sweep, together
from tlsprobe.model.hops import Reply, Step

QUICK = Patience(least=0.05, most=0.05)
PATIENCE = 20.0
"""Seconds that only a hung test waits for."""


def replying(end, *, silent=()):
    """A path whose routers tell all but `silent`; whoever is asked is noted in `asked`."""
    asked = []

    async def probe(ttl):
        asked.append(ttl)
        if ttl in silent:
            await asyncio.Event().wait()
        reply = Reply.ANSWERED if end is not None and ttl >= end else Reply.EXPIRED
        return Step(ttl=ttl, reply=reply)

    return probe, asked


def replies(steps):
    """What became of each TTL."""
    return {one.ttl: one.reply for one in steps}


def test_it_stops_at_the_end():
    """What goes farther than the end is not sent: it would cost the endpoint something."""
    probe, asked = replying(4)
    steps = asyncio.run(sweep(probe, range(1, 31), QUICK))
    assert replies(steps) == {**dict.fromkeys((1, 2, 3), Reply.EXPIRED), 4: Reply.ANSWERED}
    assert max(asked) < 10


def test_nobody_is_waited_for():
    """A silent hop holds up none of the others."""
    probe, _ = replying(5, silent={2})
    steps = asyncio.run(sweep(probe, range(1, 31), QUICK))
    assert replies(steps)[2] is Reply.SILENT
    assert replies(steps)[5] is Reply.ANSWERED


def test_no_end():
    """Where nothing answers every TTL is asked once."""
    probe, asked = replying(None, silent=set(range(3, 31)))
    steps = asyncio.run(sweep(probe, range(1, 31), QUICK))
    assert asked == list(range(1, 31))
    assert [one.reply for one in steps] == [Reply.EXPIRED] * 2 + [Reply.SILENT] * 28


def test_what_cannot_be_sent():
    """An error of this machine's costs one packet; missing permission is told."""

    async def no_route(ttl):
        raise OSError(errno.ENETUNREACH, "no")

    async def forbidden(ttl):
        raise PermissionError(errno.EACCES, "no")

    steps = asyncio.run(sweep(no_route, range(1, 4), QUICK))
    assert {one.reply for one in steps} == {Reply.UNSENT}
    with pytest.raises(PermissionError):
        asyncio.run(sweep(forbidden, range(1, 4), QUICK))


def test_taking_turns():
    """What may still be answered is a connection: the next waits until a router has told of one."""

    async def test():
        asked, two, told = [], asyncio.Event(), asyncio.Event()

        async def probe(ttl):
            asked.append(ttl)
            if ttl == 2:
                two.set()
            if ttl <= 2:
                await told.wait()
            return Step(ttl=ttl, reply=Reply.EXPIRED if ttl < 4 else Reply.ANSWERED)

        turns = Turns(asyncio.Semaphore(2), Patience(round_trip=PATIENCE))
        running = asyncio.create_task(sweep(probe, range(1, 31), QUICK, turns.take_briefly))
        await two.wait()
        for _ in range(100):
            await asyncio.sleep(0)
        assert asked == [1, 2]
        told.set()
        assert replies(await running)[4] is Reply.ANSWERED
        assert max(asked) <= 4 + 1

    asyncio.run(test())


def test_silence_ends_a_turn():
    """A SYN that got no answer in the time that one takes never arrived, and stops nobody."""
    probe, asked = replying(9, silent=set(range(1, 9)))
    turns = Turns(asyncio.Semaphore(1), Patience(round_trip=0.001))
    steps = asyncio.run(sweep(probe, range(1, 31), QUICK, turns.take_briefly))
    assert replies(steps)[9] is Reply.ANSWERED
    assert asked[:9] == list(range(1, 10))


def test_together_takes_turns():
    """The time that each has begins with its turn, and no more are at work than may be."""
    at_work, most = set(), []

    async def probe(ttl):
        at_work.add(ttl)
        most.append(len(at_work))
        await asyncio.sleep(0)
        at_work.discard(ttl)
        return Step(ttl=ttl, reply=Reply.ANSWERED)

    async def test():
        turns = Turns(asyncio.Semaphore(2))
        return await together(probe, list(range(1, 9)), PATIENCE, turns.take)

    steps = asyncio.run(test())
    assert {one.reply for one in steps} == {Reply.ANSWERED}
    assert max(most) == 2


def test_together():
    """Several of one TTL are asked at once, each with its own outcome."""
    probe, asked = replying(2, silent={1})
    steps = asyncio.run(together(probe, [1, 2, 2], 0.05))
    assert [one.reply for one in steps] == [Reply.SILENT, Reply.ANSWERED, Reply.ANSWERED]
    assert asked == [1, 2, 2]
    assert asyncio.run(together(probe, [], 0.05)) == ()


def test_patience():
    """Silence is waited for as long as the endpoint takes several times over, within bounds."""
    patience = Patience()
    assert patience.seconds == patience.most
    patience.round_trip = 0.001
    assert patience.seconds == patience.least
    patience.round_trip = 0.1
    assert patience.seconds == pytest.approx(0.4)
    patience.round_trip = 3
    assert patience.seconds == patience.most
