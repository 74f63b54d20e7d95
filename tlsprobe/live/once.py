"""Ask a thing once, however many want to know it, side by side or later."""

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class _UnderWay(Generic[V]):
    """Somebody asks, and others wait for what he learns."""

    def __init__(self) -> None:
        self.over = asyncio.Event()
        self.learned: list[V] = []
        """What was learned; empty where whoever asked was cancelled."""


class Once(Generic[K, V]):
    """Answers by key.

    There is no task of its own: the first who wants to know asks, and where he is cancelled, one of
    those who wait asks in his place. Answers whose sizes together stay within `room` are kept; where
    room is needed the eldest goes, and is asked for again when it is wanted again.
    """

    def __init__(self, *, room: int, size: Callable[[V], int]) -> None:
        self._room = room
        self._size = size
        self._used = 0
        self._kept: dict[K, V] = {}
        self._under_way: dict[K, _UnderWay[V]] = {}

    async def get(self, key: K, ask: Callable[[], Awaitable[V]]) -> V:
        """The answer for `key`, from `ask` where it is not known yet."""
        while True:
            if key in self._kept:
                return self._kept[key]
            waiting = self._under_way.get(key)
            if waiting is None:
                return await self._ask(key, ask)
            await waiting.over.wait()
            if waiting.learned:
                return waiting.learned[0]

    async def _ask(self, key: K, ask: Callable[[], Awaitable[V]]) -> V:
        asking = self._under_way[key] = _UnderWay[V]()
        try:
            answer = await ask()
            asking.learned.append(answer)
            self._keep(key, answer)
            return answer
        finally:
            del self._under_way[key]
            asking.over.set()

    def _keep(self, key: K, answer: V) -> None:
        self._kept[key] = answer
        self._used += self._size(answer)
        while self._used > self._room:
            eldest = next(iter(self._kept))
            self._used -= self._size(self._kept.pop(eldest))
