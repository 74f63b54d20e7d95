"""At which hop TCP and TLS end, and how far the endpoint is: the packets of a trace, in three rounds.

1. Everything that tells distances, at once: SYNs to the port and to another one, datagrams and echo
   requests, each with every TTL; beside them two hellos over the whole way, for their time.
2. What settles it: the same once more over other flows at the TTLs that matter, since routes of
   unequal length are used side by side; and hellos. Whoever reads along at hop i answers every hello
   that comes so far, so one hello that dies a hop before TCP ends asks all hops before it.
3. Only where that one was answered: a hello for each hop, to find the first that answers.

They begin when a first connection stands, and a round waits for a second or so.

A hello takes a connection, and so does every SYN that reaches the endpoint, which is not known before: each
waits for its turn, of which there are four at a time, and all of them together are bounded. Of the first
round's SYNs three at most can go beyond the endpoint's hop. Those to the other port take turns too, but
are of another endpoint, and a handful.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from functools import partial

from msgspec.structs import replace

from tlsprobe.live import hop_probes, ttl
from tlsprobe.live.hop_probes import Way
from tlsprobe.live.reverse_names import names_of
from tlsprobe.live.sweep import Leave, Probe, Turns, at_once, sweep, together
from tlsprobe.model.hops import CONNECTIONS, WHOLE_WAY, Hops, Kind, Reply, Step, Sweep, Wish

AT_ONCE = 4
"""Connections that stand at a time, where nobody else makes some."""
SAMPLES = 3
"""How often a time or a distance is measured again."""
CONNECT_SECONDS = 1.2
"""For the first connection: a SYN is sent again after one second."""
FIRST_SECONDS = 2.0
"""For the first hello, its connection included."""
HELLO_SECONDS = 0.9
"""For a hello, its connection included: who goes to the server first takes its time."""
NAMES_SECONDS = 1.0
"""For the names of all routers together."""
NO_ECHO = "this machine lets nobody send ICMP echo requests (net.ipv4.ping_group_range)"
NOT_LET_OUT = "this machine lets no such packet out, as a firewall of its own may"


async def trace(
    way: Way,
    port: int,
    record: Callable[[], bytes],
    wish: Wish,
    *,
    connections: int = CONNECTIONS,
    slots: asyncio.Semaphore | None = None,
) -> Hops:
    """Trace the way to `port`; `record` makes a fresh hello for each connection.

    So many `connections` are made at most, `hops.LEAST` of them at least being allowed; who else makes some
    at the same time shares the `slots`.
    """
    if not ttl.AVAILABLE:
        return Hops(address=way.address, port=port, unavailable=ttl.UNAVAILABLE)
    if "%" in way.address:
        return Hops(
            address=way.address, port=port, unavailable="a link-local address has no hops before it"
        )
    turns = Turns(slots or asyncio.Semaphore(AT_ONCE))
    hops = await _Trace(way, port, record, wish, turns, connections).run()
    if not wish.names:
        return hops
    addresses = [one.address for sweep in hops.sweeps for one in sweep.steps if one.address]
    return replace(hops, names=await names_of(addresses, NAMES_SECONDS))


@dataclass(slots=True)
class _Trace:
    way: Way
    port: int
    record: Callable[[], bytes]
    wish: Wish
    turns: Turns
    left: int
    """Connections that may still be made to the port."""
    opened: list[Step] = field(default_factory=list[Step])
    """How connections over the whole way came about."""
    begun: asyncio.Event = field(default_factory=asyncio.Event)
    """The first hello has had its turn."""
    connected: asyncio.Event = field(default_factory=asyncio.Event)
    farthest: int = 0
    """The TTL of the last SYN of the first round."""
    cut: bool = True
    """Whether answers may be cut to tell their TTL."""
    untold: bool = False
    """Whether too few connections were left to ask every hop where somebody may read along."""

    async def run(self) -> Hops:
        first, sweeps = await asyncio.gather(self._first(), self._sweeps())
        found = {one.kind: one for one in sweeps}
        whole, near = await self._second(found)
        tcp = found[Kind.TCP].ends_at
        if tcp is not None and any(one.ended and one.ttl < tcp for one in near):
            near += await self._third(tcp)
        found[Kind.TCP] = _with(found[Kind.TCP], self.opened)
        found[Kind.TLS] = Sweep(
            kind=Kind.TLS,
            port=self.port,
            steps=tuple(sorted(near, key=lambda one: one.ttl)),
            again=first + whole,
        )
        return Hops(
            address=self.way.address,
            port=self.port,
            sweeps=tuple(found.values()),
            floor_ms=self.wish.floor_ms,
            untold=self.untold,
        )

    async def _first(self) -> tuple[Step, ...]:
        """Hellos over the whole way: one whose answer tells its TTL, and one that arrives in any case.

        Where the first is not heard, though the second is, such answers do not get through to us.
        """
        loop = asyncio.get_running_loop()
        told = loop.create_task(self._hello_each(self._within([WHOLE_WAY]), FIRST_SECONDS))
        try:
            heard = await self._hello_each(self._within([WHOLE_WAY]), FIRST_SECONDS, cut=False)
            answered = any(one.ended for one in heard)
            seconds = self.turns.patience.seconds if answered else None
            await asyncio.wait([told], timeout=seconds)
            if answered and not (told.done() and any(one.ended for one in told.result())):
                self.cut = False
                return heard
            return told.result() + heard
        finally:
            told.cancel()
            await asyncio.gather(told, return_exceptions=True)

    async def _sweeps(self) -> list[Sweep]:
        """All sweeps at once, when the first connection stands: caches on the way may be cold."""
        await self.begun.wait()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(CONNECT_SECONDS):
                await self.connected.wait()
        kinds = (Kind.TCP, Kind.REFERENCE, Kind.UDP, Kind.ECHO)
        return await asyncio.gather(*map(self._sweep, kinds))

    async def _second(self, found: dict[Kind, Sweep]) -> tuple[tuple[Step, ...], tuple[Step, ...]]:
        """Ask again where it matters; hellos over the whole way, and around where TCP ends."""
        tcp = found[Kind.TCP].ends_at
        others = [one for one in found.values() if one.kind is not Kind.TCP and not one.lacked]
        around: list[int] = []
        over: list[int] = []
        doubtful: list[int] = []
        if tcp is not None:
            around = [one for one in (tcp - 1, tcp) if one > 0]
            over = [WHOLE_WAY] * (SAMPLES - 2)
            doubtful = [tcp] if any(_goes_beyond(one, tcp) for one in others) else []
        near_by, syns, over = map(self._within, (around, doubtful * SAMPLES, over))
        whole, near, *again = await asyncio.gather(
            self._hello_each(over),
            self._hello_each(near_by),
            self._again(Kind.TCP, syns),
            *(self._again(one.kind, _once_more(one, doubtful)) for one in others),
        )
        for kind, steps in zip((Kind.TCP, *(one.kind for one in others)), again, strict=True):
            found[kind] = _with(found[kind], steps)
        return whole, near

    async def _third(self, tcp: int) -> tuple[Step, ...]:
        """Which hop is the first to answer a hello, of those before the one where TCP ends.

        The hop before that is asked again, and with it all before it; where there are connections for
        half of them only, every few hops, and then those between.
        """
        again = self._within([tcp - 1] * (SAMPLES - 1))
        before = list(range(1, tcp - 1))
        at_first = before if len(before) <= self.left else _spread(before, self.left // 2)
        steps = await self._hello_each(again + self._within(at_first))
        first = min((one.ttl for one in steps if one.ended), default=tcp - 1)
        nearer = max((hop for hop in at_first if hop < first), default=0)
        between = list(range(nearer + 1, first))
        asked = self._within(_spread(between, self.left))
        self.untold = len(asked) < len(between)
        return steps + await self._hello_each(asked)

    def _probe(self, kind: Kind) -> Probe:
        way, other = self.way, self.wish.reference_port
        match kind:
            case Kind.TCP:
                return self._syn
            case Kind.REFERENCE:
                return lambda hops: hop_probes.syn(way, other, hops)
            case Kind.UDP:
                return lambda hops: hop_probes.datagram(way, hops)
            case Kind.ECHO:
                return lambda hops: hop_probes.echo(way, hops)
            case Kind.TLS:
                return self._hello

    async def _sweep(self, kind: Kind) -> Sweep:
        port = {Kind.TCP: self.port, Kind.REFERENCE: self.wish.reference_port}.get(kind)
        ttls = range(1, self.wish.max_hops + 1)
        try:
            steps = await sweep(self._probe(kind), ttls, self.turns.patience, self._turn(kind))
        except PermissionError:
            return Sweep(kind=kind, port=port, lacked=NO_ECHO if kind is Kind.ECHO else NOT_LET_OUT)
        found = Sweep(kind=kind, port=port, steps=steps)
        if kind is Kind.TCP and found.ends_at is not None:
            self.left -= self.farthest - found.ends_at + 1
        return found

    def _turn(self, kind: Kind) -> Callable[[], Awaitable[Leave]]:
        return self.turns.take_briefly if kind in (Kind.TCP, Kind.REFERENCE) else at_once

    async def _again(self, kind: Kind, ttls: list[int]) -> tuple[Step, ...]:
        return await together(self._probe(kind), ttls, HELLO_SECONDS, self._turn(kind))

    async def _hello_each(
        self, ttls: list[int], seconds: float = HELLO_SECONDS, *, cut: bool = True
    ) -> tuple[Step, ...]:
        probe = partial(self._hello, cut=cut and self.cut)
        return await together(probe, ttls, seconds, self.turns.take)

    def _within(self, ttls: list[int]) -> list[int]:
        """As many of them as there are connections left for, which are taken."""
        allowed = ttls[: max(self.left, 0)]
        self.left -= len(allowed)
        return allowed

    async def _syn(self, hops: int) -> Step:
        self.farthest = max(self.farthest, hops)
        return await hop_probes.syn(self.way, self.port, hops)

    async def _hello(self, hops: int, *, cut: bool = True) -> Step:
        self.begun.set()
        return await hop_probes.hello(self.way, self.port, hops, self.record(), self._note, cut=cut)

    def _note(self, opened: Step) -> None:
        """The least time that a connection took is how long a reply may take."""
        self.opened.append(opened)
        self.connected.set()
        patience = self.turns.patience
        if opened.ended and opened.ms is not None:
            patience.round_trip = min(opened.ms / 1000, patience.round_trip or patience.most)


def _goes_beyond(sweep: Sweep, tcp: int) -> bool:
    """Whether it came farther than where TCP ends: to an end there, or to a router."""
    return (sweep.ends_at or 0) > tcp or any(
        one.reply is Reply.EXPIRED and one.ttl >= tcp for one in sweep.steps
    )


def _once_more(sweep: Sweep, doubtful: list[int]) -> list[int]:
    """The TTLs that a reference is asked again at: the doubtful one, and the whole way.

    The latter for its time, and each after one of the former: a host that still answers it had not yet
    reached its limit of answers when the other came.
    """
    whole = [WHOLE_WAY] if sweep.ends_at is not None else []
    return (doubtful + whole) * (SAMPLES - 1)


def _spread(hops: list[int], count: int) -> list[int]:
    """So many of the hops, evenly apart; all of them where there are no more."""
    if count >= len(hops):
        return hops
    return [hops[(at + 1) * len(hops) // (count + 1)] for at in range(max(count, 0))]


def _with(sweep: Sweep, again: Iterable[Step]) -> Sweep:
    return replace(sweep, again=(*sweep.again, *again))
