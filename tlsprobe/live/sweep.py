"""All TTLs at once: packets leave one after the other within a tenth of a second, nobody waits for one.

They leave in ascending order and stop at the first TTL that came to an end: what goes farther
tells nothing new, and costs the endpoint a connection or one of the few ICMP errors that a system
sends in a second (Linux: six at once, then one).

Which TTL is the first to reach the endpoint is not known before. So a SYN counts as a connection for as
long as the endpoint may be about to answer it, and waits for its turn before it leaves: what a router
has dropped is no longer one, nor what had no answer in the time that one takes.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field

from tlsprobe.model.hops import Reply, Step

PACE = 0.004
"""Seconds between two packets of a sweep."""
_MARGIN = 0.02

Probe = Callable[[int], Awaitable[Step]]
Leave = Callable[[], None]
"""Gives a turn back; more than once does no harm."""


@dataclass(slots=True)
class Patience:
    """How long silence is waited for: by how far the endpoint is, once that is known."""

    least: float = 0.25
    """Seconds; routers answer when they find the time."""
    most: float = 0.6
    """Below the second after which a SYN is sent again."""
    round_trip: float | None = None
    """Seconds to the endpoint and back."""

    @property
    def seconds(self) -> float:
        """For each packet."""
        if self.round_trip is None:
            return self.most
        return min(self.most, max(self.least, 4 * self.round_trip))

    @property
    def until_answered(self) -> float:
        """Seconds within which the endpoint answers a SYN that reaches it.

        Where none of its answers is known, the least there is, as nothing seems to reach it.
        """
        return _MARGIN + 1.2 * (self.round_trip or 0.0)


@dataclass(slots=True)
class Turns:
    """Who may have a connection to the endpoint, whatever for."""

    slots: asyncio.Semaphore
    """As many as may stand at a time."""
    patience: Patience = field(default_factory=Patience)

    async def take(self) -> Leave:
        """Wait for a turn."""
        await self.slots.acquire()
        taken = True

        def leave() -> None:
            nonlocal taken
            if taken:
                taken = False
                self.slots.release()

        return leave

    async def take_briefly(self) -> Leave:
        """Wait for the turn of a SYN: it ends by itself when an answer to it would have come."""
        leave = await self.take()
        asyncio.get_running_loop().call_later(self.patience.until_answered, leave)
        return leave


async def at_once() -> Leave:
    """No turn, for what is no connection."""
    return _nothing


def _nothing() -> None:
    pass


async def sweep(
    probe: Probe,
    ttls: Iterable[int],
    patience: Patience,
    turn: Callable[[], Awaitable[Leave]] = at_once,
) -> tuple[Step, ...]:
    """What became of `probe` at each of `ttls`, ascending, up to the first that came to an end.

    Each waits for its `turn`.

    Raises:
        PermissionError: this machine does not let the user send such packets.
    """
    loop = asyncio.get_running_loop()
    running: dict[int, asyncio.Task[Step]] = {}
    found: dict[int, Step] = {}

    def gather() -> int | None:
        for hops in [hops for hops, task in running.items() if task.done()]:
            found[hops] = _outcome(hops, running.pop(hops))
        return min((hops for hops, step in found.items() if step.ended), default=None)

    try:
        for hops in ttls:
            leave = await turn()
            if gather() is not None:
                leave()
                break
            running[hops] = loop.create_task(_carried_out(probe, hops, leave))
            await asyncio.sleep(PACE)
        began = loop.time()
        while True:
            end = gather()
            waited_for = [task for hops, task in running.items() if end is None or hops < end]
            # The first answer may shorten the patience.
            left = began + patience.seconds - loop.time()
            if not waited_for or left <= 0:
                break
            await asyncio.wait(
                waited_for, timeout=min(left, 0.1), return_when=asyncio.FIRST_COMPLETED
            )
        silent = [hops for hops in running if end is None or hops < end]
    finally:
        await _stop(running.values())
    found.update((hops, Step(ttl=hops, reply=Reply.SILENT)) for hops in silent)
    return tuple(found[hops] for hops in sorted(found))


async def together(
    probe: Probe,
    ttls: Sequence[int],
    seconds: float,
    turn: Callable[[], Awaitable[Leave]] = at_once,
) -> tuple[Step, ...]:
    """What became of `probe` at each of `ttls`, all at once, each within `seconds` of its `turn`."""
    loop = asyncio.get_running_loop()

    async def one(hops: int) -> Step:
        leave = await turn()
        try:
            async with asyncio.timeout(seconds):
                return await _carried_out(probe, hops, leave)
        except TimeoutError:
            return Step(ttl=hops, reply=Reply.SILENT)

    tasks = [loop.create_task(one(hops)) for hops in ttls]
    try:
        if tasks:
            await asyncio.wait(tasks)
        return tuple(_outcome(hops, task) for hops, task in zip(ttls, tasks, strict=True))
    finally:
        await _stop(tasks)


async def _carried_out(probe: Probe, hops: int, leave: Leave) -> Step:
    try:
        return await probe(hops)
    finally:
        leave()


def _outcome(hops: int, task: asyncio.Task[Step]) -> Step:
    error = task.exception()
    if error is None:
        return task.result()
    if isinstance(error, OSError) and not isinstance(error, PermissionError):
        return Step(ttl=hops, reply=Reply.UNSENT)  # no route, no free descriptor
    raise error


async def _stop(tasks: Iterable[asyncio.Task[Step]]) -> None:
    left = [task for task in tasks if not task.done()]
    for task in left:
        task.cancel()
    await asyncio.gather(*left, return_exceptions=True)
