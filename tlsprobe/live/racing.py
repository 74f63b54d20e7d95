"""Which of several addresses stands first: a broken family costs a quarter of a second, and no more.

After RFC 8305 ("Happy Eyeballs", version 2): addresses take turns by family, each attempt starts a
quarter of a second after the one before, or as soon as that has failed, and the first connection that
stands is taken. What became of the others is told where somebody wants to know, and waits for it: IPv6
that is broken behind IPv4 that is fine is seen by nobody whose programs race, and felt by all whose
programs do not.
"""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from itertools import chain, zip_longest
from typing import NamedTuple

from msgspec import Struct

from tlsprobe.live.dial import Connection, Dial, Dialled, dialled
from tlsprobe.live.failures import milliseconds
from tlsprobe.live.limits import round_trip
from tlsprobe.live.tcp import has_route
from tlsprobe.model.observation import Failure, FailureKind, Slower, Stage, Unreached
from tlsprobe.wire.ip_literals import join_host_port

STAGGER = 0.25
"""Seconds between attempts (RFC 8305 section 5)."""
PATIENCE = 1.0
"""Seconds, beside `OVERDUE` round trips of the winner's, after which an attempt counts as unanswered: a
segment that is lost is sent again after one (RFC 6298 section 2). Until then it may only be slower."""
LONGEST = 0.6
"""Seconds of a round trip by a satellite high up: no way is longer. An attempt that its deadline ended
after that, beside the same round trips, has failed; one that was ended sooner shows nothing."""
OVERDUE = 3


class Rest(NamedTuple):
    """What became of those that did not win, each in the order tried."""

    unreached: tuple[Unreached, ...] = ()
    slower: tuple[Slower, ...] = ()


async def first_to_stand(
    dial: Dial, addresses: Sequence[str], port: int, deadline: float, *, stagger: float = STAGGER
) -> "Race":
    """The same as `racing`, for those who do not care what becomes of the others: they are called off."""
    async with racing(dial, addresses, port, deadline, stagger=stagger) as race:
        return race


@asynccontextmanager
async def racing(
    dial: Dial, addresses: Sequence[str], port: int, deadline: float, *, stagger: float = STAGGER
) -> AsyncGenerator["Race"]:
    """Connect to whichever of `addresses` (in the system's order; at least one) stands first.

    The winner's connection is whoever's asked; the others may go on until this is left. `deadline` is on
    the dial's clock, and the same for all. Cancelling leaves no connection behind.
    """
    race, taken = Race(dial, addresses[0], port, deadline), False
    try:
        await race.run(by_turns(addresses), stagger)
        taken = True
        yield race
        await race.end()
    finally:
        race.close(but_winner=taken)


def by_turns(addresses: Sequence[str]) -> tuple[str, ...]:
    """The addresses of both families in turn, that of the first leading (RFC 8305 section 4)."""
    leading = _is_ipv6(addresses[0])
    first = [one for one in addresses if _is_ipv6(one) is leading]
    second = [one for one in addresses if _is_ipv6(one) is not leading]
    return tuple(one for one in chain(*zip_longest(first, second)) if one is not None)


class _Attempt(Struct, frozen=True):
    address: str
    began: float
    task: asyncio.Future[Dialled]

    @property
    def connection(self) -> Connection | None:
        """What stands; None while nothing does."""
        if not self.task.done() or self.task.cancelled() or self.task.exception() is not None:
            return None
        outcome = self.task.result().outcome
        return None if isinstance(outcome, Failure) else outcome


class Race:
    """The attempts that were started, in order, and which of them stands."""

    def __init__(self, dial: Dial, first: str, port: int, deadline: float) -> None:
        """`first` is the address that it is about where none stands."""
        self._dial = dial
        self._first = first
        self._port = port
        self._deadline = deadline
        self._attempts: list[_Attempt] = []
        self._winner: _Attempt | None = None

    @property
    def address(self) -> str:
        """The winner's; the first of all where none stands."""
        return self._told.address

    @property
    def dialled(self) -> Dialled:
        """Its connection, which is the caller's to close, or why there is none."""
        return self._told.task.result()

    @property
    def unreached(self) -> tuple[Unreached, ...]:
        """The other addresses that have failed by now."""
        return self._rest().unreached

    @property
    def contested(self) -> bool:
        """Whether others were tried as well."""
        return len(self._attempts) > 1

    @property
    def running(self) -> list[asyncio.Future[Dialled]]:
        """Those that may still come to something."""
        return [one.task for one in self._attempts if not one.task.done()]

    async def rest(self) -> Rest:
        """What becomes of the others, until no way that works would take longer."""
        due = max((self._due(one) for one in self._attempts if not one.task.done()), default=0.0)
        while self.running and (left := due - self._dial.clock()) > 0:
            await asyncio.wait(self.running, timeout=left)
        return self._rest()

    async def run(self, addresses: Sequence[str], stagger: float) -> None:
        """Connect, until one stands or none is left."""
        if len(addresses) == 1:
            await self._alone(addresses[0])
            return
        for address in addresses:
            self._start(address)
            if await self._won(within=stagger):
                return
        while self.running and not await self._won(within=None):
            pass

    async def end(self) -> None:
        """Call off what still runs."""
        tasks = self.running
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.gather(*tasks, return_exceptions=True)

    def close(self, *, but_winner: bool) -> None:
        """Leave no connection that is not the caller's."""
        for one in self._attempts:
            one.task.cancel()
            connection = one.connection
            if connection is not None and not (but_winner and one is self._winner):
                connection.close()

    @property
    def _told(self) -> _Attempt:
        return self._winner or next(one for one in self._attempts if one.address == self._first)

    async def _alone(self, address: str) -> None:
        """Connect to the only one, which takes no task: most endpoints have one."""
        began = self._dial.clock()
        outcome = asyncio.get_running_loop().create_future()
        self._attempts.append(_Attempt(address, began, outcome))
        try:
            outcome.set_result(await dialled(self._dial, address, self._port, self._deadline))
        finally:
            outcome.cancel()
        await self._won(within=None)

    def _start(self, address: str) -> None:
        """Begin to connect to one more address."""
        loop = asyncio.get_running_loop()
        connecting = dialled(self._dial, address, self._port, self._deadline)
        task = loop.create_task(connecting)
        self._attempts.append(_Attempt(address, self._dial.clock(), task))

    async def _won(self, *, within: float | None) -> bool:
        """Whether a connection stands, after one attempt has ended or that time has passed."""
        if self.running:
            await asyncio.wait(self.running, timeout=within, return_when=asyncio.FIRST_COMPLETED)
        standing = (one for one in self._attempts if one.connection is not None)
        self._winner = next(standing, None)
        return self._winner is not None

    def _rest(self) -> Rest:
        """How it stands with the others."""
        others = [one for one in self._attempts if one is not self._told]
        unreached = ((one.address, self._why(one)) for one in others)
        slower = (self._slower(one) for one in others)
        instead = None if self._winner is None else self._winner.address
        return Rest(
            tuple(
                Unreached(address, failure, instead)
                for address, failure in unreached
                if failure is not None and not _never_left(address, failure)
            ),
            tuple(one for one in slower if one is not None),
        )

    def _slower(self, attempt: _Attempt) -> Slower | None:
        winner = self._winner
        if winner is None or attempt.connection is None:
            return None
        took, quick = attempt.task.result().elapsed, winner.task.result().elapsed
        if took <= quick:
            return None
        return Slower(attempt.address, took * 1000, winner.address, quick * 1000)

    def _why(self, attempt: _Attempt) -> Failure | None:
        """Why it came to nothing; None where it did not, or might still come to something."""
        if attempt.task.done():
            return self._failure(attempt)
        waited = self._dial.clock() - attempt.began
        if self._winner is None or self._dial.clock() < self._due(attempt):
            return None
        return Failure(
            stage=Stage.TCP,
            kind=FailureKind.SILENCE,
            detail=f"{join_host_port(attempt.address, self._port)} had not answered after"
            f" {milliseconds(waited)}, when {self._winner.address} did within"
            f" {milliseconds(self._quick)}",
        )

    def _failure(self, attempt: _Attempt) -> Failure | None:
        """What it failed by; None where a deadline ended it so soon that it shows nothing."""
        seen = attempt.task.result()
        if not isinstance(seen.outcome, Failure):
            return None
        hasty = seen.outcome.kind is FailureKind.SILENCE and (
            seen.elapsed < LONGEST + OVERDUE * self._quick
        )
        return None if hasty and self._winner is not None else seen.outcome

    def _due(self, attempt: _Attempt) -> float:
        """When, on the dial's clock, it should have stood."""
        return attempt.began + PATIENCE + OVERDUE * self._quick

    @property
    def _quick(self) -> float:
        """Seconds of a round trip of the winner's."""
        connection = None if self._winner is None else self._winner.connection
        return 0.0 if connection is None else round_trip(connection.timings)


def _never_left(address: str, failure: Failure) -> bool:
    """Whether this machine has no way there at all, such as by IPv6 where it has none."""
    return failure.kind is FailureKind.UNREACHABLE and not has_route(address)


def _is_ipv6(address: str) -> bool:
    return ":" in address
