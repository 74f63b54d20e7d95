"""Which of several addresses stands first: a broken family costs a quarter of a second, and no more.

After RFC 8305 ("Happy Eyeballs", version 2): addresses take turns by family, each attempt starts a
quarter of a second after the one before, or as soon as that has failed, and the first connection that
stands is taken. What became of the others is told: IPv6 that is broken behind IPv4 that is fine is
seen by nobody whose programs race, and felt by all whose programs do not.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain, zip_longest

from tlsprobe.live.dial import Connection, Dial, Dialled, dialled
from tlsprobe.live.failures import milliseconds
from tlsprobe.live.limits import round_trip
from tlsprobe.live.tcp import has_route
from tlsprobe.model.observation import Failure, FailureKind, Stage, Unreached
from tlsprobe.wire.ip_literals import join_host_port

STAGGER = 0.25
"""Seconds between attempts (RFC 8305 section 5)."""
OVERDUE = 3
"""An attempt that took this many times the winner's round trip, and a stagger at least, is told as
unanswered; a younger one may only have been a little slower."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Race:
    """What came of it."""

    address: str
    """The winner's; the first of all where none stands."""
    dialled: Dialled
    """Its connection, which is the caller's to close, or why there is none."""
    unreached: tuple[Unreached, ...] = ()
    """The other addresses that were tried in vain, in the order tried."""


async def first_to_stand(
    dial: Dial, addresses: Sequence[str], port: int, deadline: float, *, stagger: float = STAGGER
) -> Race:
    """Connect to whichever of `addresses` (in the system's order; at least one) stands first.

    `deadline` is on the dial's clock, and the same for all. Cancelling leaves no connection behind.
    """
    if len(addresses) == 1:
        only = await dialled(dial, addresses[0], port, deadline)
        return Race(address=addresses[0], dialled=only)
    race, taken = _Race(dial, port, deadline), False
    try:
        for address in by_turns(addresses):
            race.start(address)
            if await race.won(within=stagger):
                break
        while race.running and not race.decided:
            await race.won(within=None)
        result = race.result(addresses[0])
        await race.end()
        taken = True
        return result
    finally:
        race.close(but_winner=taken)


def by_turns(addresses: Sequence[str]) -> tuple[str, ...]:
    """The addresses of both families in turn, that of the first leading (RFC 8305 section 4)."""
    leading = _is_ipv6(addresses[0])
    first = [one for one in addresses if _is_ipv6(one) is leading]
    second = [one for one in addresses if _is_ipv6(one) is not leading]
    return tuple(one for one in chain(*zip_longest(first, second)) if one is not None)


@dataclass(frozen=True, slots=True)
class _Attempt:
    address: str
    began: float
    task: asyncio.Task[Dialled]

    @property
    def connection(self) -> Connection | None:
        """What stands; None while nothing does."""
        if not self.task.done() or self.task.cancelled() or self.task.exception() is not None:
            return None
        outcome = self.task.result().outcome
        return None if isinstance(outcome, Failure) else outcome


class _Race:
    """The attempts that were started, in order."""

    def __init__(self, dial: Dial, port: int, deadline: float) -> None:
        self._dial = dial
        self._port = port
        self._deadline = deadline
        self._attempts: list[_Attempt] = []
        self._winner: _Attempt | None = None

    @property
    def decided(self) -> bool:
        """Whether a connection was seen to stand."""
        return self._winner is not None

    @property
    def running(self) -> list[asyncio.Task[Dialled]]:
        """Those that may still come to something."""
        return [one.task for one in self._attempts if not one.task.done()]

    def start(self, address: str) -> None:
        """Begin to connect to one more address."""
        loop = asyncio.get_running_loop()
        connecting = dialled(self._dial, address, self._port, self._deadline)
        task = loop.create_task(connecting)
        self._attempts.append(_Attempt(address, self._dial.clock(), task))

    async def won(self, *, within: float | None) -> bool:
        """Whether a connection stands, after one attempt has ended or that time has passed."""
        if self.running:
            await asyncio.wait(self.running, timeout=within, return_when=asyncio.FIRST_COMPLETED)
        standing = (one for one in self._attempts if one.connection is not None)
        self._winner = next(standing, None)
        return self.decided

    def result(self, first: str) -> Race:
        """How it stands, now that it is over."""
        told = self._winner or next(one for one in self._attempts if one.address == first)
        return Race(
            address=told.address,
            dialled=told.task.result(),
            unreached=tuple(self._in_vain(told)),
        )

    def _in_vain(self, told: _Attempt) -> list[Unreached]:
        found: list[Unreached] = []
        instead = None if self._winner is None else self._winner.address
        for one in self._attempts:
            failure = None if one is told else self._why(one)
            if failure is not None and not _never_left(one.address, failure):
                found.append(Unreached(one.address, failure, instead))
        return found

    def _why(self, attempt: _Attempt) -> Failure | None:
        """Why it came to nothing; None where it might still have come to something."""
        if attempt.task.done():
            outcome = attempt.task.result().outcome
            return outcome if isinstance(outcome, Failure) else None
        winner = self._winner
        connection = None if winner is None else winner.connection
        if winner is None or connection is None:
            return None
        waited, quick = self._dial.clock() - attempt.began, round_trip(connection.timings)
        if waited < max(STAGGER, OVERDUE * quick):
            return None
        return Failure(
            stage=Stage.TCP,
            kind=FailureKind.SILENCE,
            detail=f"{join_host_port(attempt.address, self._port)} had not answered after"
            f" {milliseconds(waited)}, when {winner.address} did within {milliseconds(quick)}",
        )

    async def end(self) -> None:
        """Call off what still runs."""
        tasks = self.running
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def close(self, *, but_winner: bool) -> None:
        """Leave no connection that is not the caller's."""
        for one in self._attempts:
            one.task.cancel()
            connection = one.connection
            if connection is not None and not (but_winner and one is self._winner):
                connection.close()


def _never_left(address: str, failure: Failure) -> bool:
    """Whether this machine has no way there at all, such as by IPv6 where it has none."""
    return failure.kind is FailureKind.UNREACHABLE and not has_route(address)


def _is_ipv6(address: str) -> bool:
    return ":" in address
