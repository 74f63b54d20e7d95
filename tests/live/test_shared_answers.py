"""Answers in memory: asked for once, shared, and never more of them than there is room for."""

import asyncio
import itertools

import pytest

from tests.live.loopback import run
from tlsprobe.live.shared_answers import BESIDE, Room, SharedAnswers


def sharing(*, most=100, free=10, keep=100 * BESIDE):
    """Nothing is known yet; the clock ticks whenever somebody looks at it."""
    ticks = itertools.count()
    room = Room(most=most, free=free, clock=lambda: float(next(ticks)))
    return room, SharedAnswers[str, int](room, keep=keep)


async def turns():
    """Let everybody go as far as he can."""
    for _ in range(20):
        await asyncio.sleep(0)


class Source:
    """Somebody to ask for so many bytes, who has all of them to give when he is let."""

    def __init__(self, size):
        self.size = size
        self.asked = 0
        self.waited = []
        self.may = asyncio.Event()

    async def ask(self, growing):
        """The number of the question."""
        self.asked += 1
        self.waited.append(await growing.grow(self.size))
        await self.may.wait()
        return self.asked


async def read(shared, key, source):
    """What somebody reads who is quick about it."""
    async with shared.reading(key, source.ask) as learned:
        return learned


def test_an_answer_is_asked_for_once():
    """Side by side or later; another key is another question."""

    async def test():
        _, shared = sharing()
        source = Source(5)
        source.may.set()
        assert await asyncio.gather(*(read(shared, "a", source) for _ in range(3))) == [1, 1, 1]
        assert await read(shared, "a", source) == 1
        assert await read(shared, "b", source) == 2

    run(test())


def test_who_waits_asks_where_the_first_is_cancelled():
    """And the room of the first is given back."""

    async def test():
        room, shared = sharing()
        source = Source(50)
        first = asyncio.ensure_future(read(shared, "a", source))
        await turns()
        second = asyncio.ensure_future(read(shared, "a", source))
        await turns()
        first.cancel()
        source.may.set()
        assert await second == 2
        assert room.held == 50
        with pytest.raises(asyncio.CancelledError):
            await first

    run(test())


def test_large_answers_come_one_after_the_other():
    """And small ones beside them."""

    async def test():
        room, shared = sharing()
        large, other, small = Source(60), Source(60), Source(10)
        reading = [
            asyncio.ensure_future(read(shared, key, one))
            for key, one in (("a", large), ("b", other), ("c", small))
        ]
        await turns()
        assert [len(one.waited) for one in (large, other, small)] == [1, 0, 1]
        assert room.held == 70
        small.may.set()
        large.may.set()
        await turns()
        assert len(other.waited) == 1
        assert other.waited[0] > 0
        assert room.held <= 100
        other.may.set()
        assert await asyncio.gather(*reading) == [1, 1, 1]

    run(test())


def test_an_answer_that_is_read_keeps_its_room():
    """The next large one waits until nobody reads it, and then takes its place."""

    async def test():
        room, shared = sharing()
        first, second = Source(60), Source(60)
        first.may.set()
        second.may.set()
        async with shared.reading("a", first.ask):
            waiting = asyncio.ensure_future(read(shared, "b", second))
            await turns()
            assert not second.waited
            assert room.held == 60
        assert await waiting == 1
        assert room.held == 60
        assert await read(shared, "a", first) == 2

    run(test())


def test_what_nobody_reads_is_kept_within_bounds():
    """The eldest goes; what cannot be kept at all is given back at once."""

    async def test():
        room, shared = sharing(keep=2 * BESIDE + 20)
        source = Source(10)
        source.may.set()
        for key in "abca":
            await read(shared, key, source)
        assert source.asked == 4
        assert await read(shared, "c", source) == 3
        assert room.held == 20
        large = Source(90)
        large.may.set()
        await read(sharing(keep=0)[1], "a", large)
        room, none_kept = sharing(keep=0)
        await read(none_kept, "a", large)
        assert room.held == 0

    run(test())


def test_who_asks_in_vain_leaves_nothing():
    """An error is his who asked, and the next asks anew."""

    async def test():
        room, shared = sharing()

        async def broken(growing):
            await growing.grow(50)
            raise ValueError("x")

        with pytest.raises(ValueError, match="x"):
            async with shared.reading("a", broken):
                pass
        assert room.held == 0
        source = Source(50)
        source.may.set()
        assert await read(shared, "a", source) == 1

    run(test())
