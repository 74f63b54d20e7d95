"""Asking once, however many want to know."""

import asyncio

import pytest

from tests.live.loopback import run
from tlsprobe.live.once import Once


class Source:
    """Somebody to ask, who answers when he is let."""

    def __init__(self):
        self.asked = 0
        self.may = asyncio.Event()
        self.began = asyncio.Event()

    async def ask(self):
        """The number of the question."""
        self.asked += 1
        number = self.asked
        self.began.set()
        await self.may.wait()
        return number


def test_those_who_ask_side_by_side_wait_for_the_one():
    """And those who ask later are told what is known; another key is another question."""

    async def test():
        source, once = Source(), Once(room=10, size=lambda _: 1)
        asking = [asyncio.ensure_future(once.get("a", source.ask)) for _ in range(3)]
        await source.began.wait()
        source.may.set()
        assert await asyncio.gather(*asking) == [1, 1, 1]
        assert await once.get("a", source.ask) == 1
        assert await once.get("b", source.ask) == 2

    run(test())


def test_who_waits_asks_where_the_first_is_cancelled():
    """Nobody's answer hangs on another's patience."""

    async def test():
        source, once = Source(), Once(room=10, size=lambda _: 1)
        first = asyncio.ensure_future(once.get("a", source.ask))
        await source.began.wait()
        second = asyncio.ensure_future(once.get("a", source.ask))
        await asyncio.sleep(0)
        first.cancel()
        source.may.set()
        assert await second == 2
        with pytest.raises(asyncio.CancelledError):
            await first

    run(test())


def test_what_is_too_much_is_asked_again():
    """The eldest goes; who waits for an answer that has no room at all is told it all the same."""

    async def test():
        source, once = Source(), Once(room=2, size=lambda one: 9 if one == 4 else 1)
        source.may.set()
        assert [await once.get(key, source.ask) for key in "abca"] == [1, 2, 3, 4]
        source.may.clear()
        asking = [asyncio.ensure_future(once.get("z", source.ask)) for _ in range(2)]
        await asyncio.sleep(0)
        source.may.set()
        assert await asyncio.gather(*asking) == [5, 5]

    run(test())
