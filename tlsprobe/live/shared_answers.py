"""Answers that a run holds in memory: each is asked for once, shared by all who read it, and all are bounded.

A list of revoked certificates may have tens of megabytes, many endpoints may name many of them, and the
names come from strangers. So an answer may grow freely up to a size that most never reach; what is
larger grows one at a time, and waits for room until those who read others have done with them. The
waiting is not the server's fault, and counts for no deadline; but strangers may send large answers as
slowly as they like, so that it has an end of its own.
"""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Awaitable, Callable, Hashable
from typing import Generic, TypeVar

from tlsprobe.live.dial import Clock

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")

BESIDE = 1024
"""Bytes that an answer takes beside its own."""
PATIENCE = 60.0
"""Seconds in which answers wait for others, in all of a run: enough for several that come as they should."""


class NoRoomError(Exception):
    """Others took all the room for too long: nothing is known of the answer, nor of who sends it."""


class Growing:
    """The room of one answer while it comes, and as long as it is held."""

    def __init__(self, room: "Room") -> None:
        self._room = room
        self._large = False
        self.size = 0
        """Bytes."""

    async def grow(self, size: int) -> float:
        """Take so many bytes more; the seconds that had to be waited for them.

        Raises:
            NoRoomError: there is no room for them in time.
        """
        began = self._room.clock()
        if self.size + size > self._room.free:
            try:
                async with asyncio.timeout(self._room.patience_left()):
                    await self._wait_for(size)
            except TimeoutError:
                raise NoRoomError from None
        self.size += size
        self._room.held += size
        return self._room.clock() - began

    async def _wait_for(self, size: int) -> None:
        if not self._large:
            await self._room.large.acquire()
            self._large = True
        await self._room.until_there_are(size)

    def settle(self) -> None:
        """It has come, and grows no more."""
        if self._large:
            self._room.large.release()
            self._large = False

    def give_up(self) -> None:
        """It is no longer held."""
        self.settle()
        self._room.held -= self.size
        self.size = 0
        self._room.less.set()


class Room:
    """Bytes of a run's answers. `free` of each are always there, and one may always have `most`.

    Who needs more than is there waits for it, until `patience` seconds after the first had to.
    """

    def __init__(self, *, most: int, free: int, clock: Clock, patience: float = PATIENCE) -> None:
        self.clock = clock
        self.free = free
        self._patience = patience
        self._short_since: float | None = None
        self.held = 0
        """Bytes that are taken now."""
        self.large = asyncio.Lock()
        """Held by the one answer that grows beyond what is free."""
        self.less = asyncio.Event()
        self._most = most
        self.spare: Callable[[], bool] = lambda: False
        """Lets go of something that nobody reads; False where there is nothing."""

    def patience_left(self) -> float:
        """Seconds that somebody who needs more may still wait."""
        if self._short_since is None:
            self._short_since = self.clock()
        return max(0.0, self._short_since + self._patience - self.clock())

    async def until_there_are(self, size: int) -> None:
        """Wait until so many bytes may be taken; whoever holds others gives them up some time."""
        while self.held + size > self._most:
            if not self.spare():
                self.less.clear()
                await self.less.wait()


class _Shared(Generic[V]):
    """One answer, and who reads it."""

    def __init__(self, growing: Growing) -> None:
        self.asking = asyncio.Lock()
        self.growing = growing
        self.learned: list[V] = []
        """What was answered; empty while nobody has asked to the end."""
        self.readers = 0

    @property
    def cost(self) -> int:
        """Bytes of room that it takes to keep it."""
        return BESIDE + self.growing.size


class SharedAnswers(Generic[K, V]):
    """Answers by key. Those that nobody reads are kept up to `keep` bytes; the eldest goes first."""

    def __init__(self, room: Room, *, keep: int) -> None:
        self._room = room
        self._keep = keep
        self._shared: dict[K, _Shared[V]] = {}
        self._idle: dict[K, _Shared[V]] = {}
        self._idle_cost = 0
        room.spare = self._spare

    @contextlib.asynccontextmanager
    async def reading(self, key: K, ask: Callable[[Growing], Awaitable[V]]) -> AsyncGenerator[V]:
        """The answer for `key`, from `ask` where it is not at hand; held as long as the block lasts.

        Where who asks is cancelled, one of those who wait asks in his place.
        """
        one = self._shared.setdefault(key, _Shared(Growing(self._room)))
        if self._idle.pop(key, None) is not None:
            self._idle_cost -= one.cost
        one.readers += 1
        try:
            async with one.asking:
                if not one.learned:
                    await self._ask(one, ask)
            yield one.learned[0]
        finally:
            one.readers -= 1
            if not one.readers:
                self._leave(key, one)

    async def _ask(self, one: _Shared[V], ask: Callable[[Growing], Awaitable[V]]) -> None:
        try:
            one.learned.append(await ask(one.growing))
        except BaseException:
            one.growing.give_up()
            raise
        one.growing.settle()

    def _leave(self, key: K, one: _Shared[V]) -> None:
        """Nobody reads it any more: keep it for those who come later, if it was answered."""
        if not one.learned:
            del self._shared[key]
            return
        self._idle[key] = one
        self._idle_cost += one.cost
        while self._idle_cost > self._keep:
            self._spare()
        self._room.less.set()

    def _spare(self) -> bool:
        for key, one in self._idle.items():
            del self._idle[key], self._shared[key]
            self._idle_cost -= one.cost
            one.growing.give_up()
            return True
        return False
