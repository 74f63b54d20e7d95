"""At which hop TCP and TLS end, and how far the endpoint is: the packets of a trace, in three rounds.

1. Everything that tells distances, at once: SYNs to the port and to another one, datagrams and echo
   requests, each with every TTL; beside them one hello over the whole way, for its time.
2. What settles it: the same once more over other flows at the TTLs that matter, since routes of
   unequal length are used side by side; and hellos. Whoever reads along at hop i answers every hello
   that comes so far, so one hello that dies a hop before TCP ends asks all hops before it.
3. Only where that one was answered: a hello for each hop, to find the first that answers.

They begin when a first connection stands, and a round waits for a second or so. A hello takes a
connection, and no more than four stand at a time.
"""

import asyncio
import contextlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

from tlsprobe.live import hop_probes, ttl
from tlsprobe.live.hop_probes import Way
from tlsprobe.live.reverse_names import names_of
from tlsprobe.live.sweep import Patience, Probe, sweep, together
from tlsprobe.model.hops import WHOLE_WAY, Hops, Kind, Reply, Step, Sweep, Wish

AT_ONCE = 4
"""Connections that are open for a hello at a time."""
MAX_HELLOS = 16
"""Hellos that an endpoint is sent at most."""
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
STRIDE = 4
"""Hops between the first hellos of the third round."""
NO_ECHO = "this machine lets nobody send ICMP echo requests (net.ipv4.ping_group_range)"
NOT_LET_OUT = "this machine lets no such packet out, as a firewall of its own may"


async def trace(way: Way, port: int, record: Callable[[], bytes], wish: Wish) -> Hops:
    """Trace the way to `port`; `record` makes a fresh hello for each connection."""
    if not ttl.AVAILABLE:
        return Hops(address=way.address, port=port, unavailable=ttl.UNAVAILABLE)
    if "%" in way.address:
        return Hops(
            address=way.address, port=port, unavailable="a link-local address has no hops before it"
        )
    hops = await _Trace(way, port, record, wish).run()
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
    patience: Patience = field(default_factory=Patience)
    opened: list[Step] = field(default_factory=list[Step])
    """How connections over the whole way came about."""
    connected: asyncio.Event = field(default_factory=asyncio.Event)
    hellos: int = 0
    slots: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE))

    async def run(self) -> Hops:
        first, sweeps = await asyncio.gather(
            self._hello_each([WHOLE_WAY], FIRST_SECONDS), self._sweeps()
        )
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
        )

    async def _sweeps(self) -> list[Sweep]:
        """All sweeps at once, when the first connection stands: caches on the way may be cold."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(CONNECT_SECONDS):
                await self.connected.wait()
        kinds = (Kind.TCP, Kind.REFERENCE, Kind.UDP, Kind.ECHO)
        return await asyncio.gather(*map(self._sweep, kinds))

    async def _second(self, found: dict[Kind, Sweep]) -> tuple[tuple[Step, ...], tuple[Step, ...]]:
        """Ask again where it matters; hellos over the whole way, and around where TCP ends."""
        tcp = found[Kind.TCP].ends_at
        if tcp is None:
            return (), ()
        others = [one for one in found.values() if one.kind is not Kind.TCP and not one.lacked]
        doubt = any(_goes_beyond(one, tcp) for one in others)
        whole, near, *again = await asyncio.gather(
            self._hello_each([WHOLE_WAY] * (SAMPLES - 1)),
            self._hello_each([one for one in (tcp - 1, tcp) if one > 0]),
            self._again(Kind.TCP, [tcp] * SAMPLES if doubt else []),
            *(self._again(one.kind, _once_more(one, tcp, doubt=doubt)) for one in others),
        )
        for kind, steps in zip((Kind.TCP, *(one.kind for one in others)), again, strict=True):
            found[kind] = _with(found[kind], steps)
        return whole, near

    async def _third(self, tcp: int) -> tuple[Step, ...]:
        """Which hop is the first to answer a hello, of those before the one where TCP ends.

        The hop before that is asked again, then every few hops, then those between.
        """
        steps = await self._hello_each([tcp - 1] * (SAMPLES - 1) + list(range(1, tcp - 1, STRIDE)))
        first = min((one.ttl for one in steps if one.ended), default=tcp - 1)
        between = [hop for hop in range(max(first - STRIDE, 0) + 1, first) if hop < tcp - 1]
        asked = {one.ttl for one in steps}
        return steps + await self._hello_each([hop for hop in between if hop not in asked])

    def _probe(self, kind: Kind) -> Probe:
        way, port, other = self.way, self.port, self.wish.reference_port
        match kind:
            case Kind.TCP:
                return lambda hops: hop_probes.syn(way, port, hops)
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
            steps = await sweep(self._probe(kind), ttls, self.patience)
        except PermissionError:
            return Sweep(kind=kind, port=port, lacked=NO_ECHO if kind is Kind.ECHO else NOT_LET_OUT)
        return Sweep(kind=kind, port=port, steps=steps)

    async def _again(self, kind: Kind, ttls: list[int]) -> tuple[Step, ...]:
        return await together(self._probe(kind), ttls, HELLO_SECONDS)

    async def _hello_each(
        self, ttls: list[int], seconds: float = HELLO_SECONDS
    ) -> tuple[Step, ...]:
        ttls = ttls[: MAX_HELLOS - self.hellos]
        self.hellos += len(ttls)
        return await together(self._hello, ttls, seconds)

    async def _hello(self, hops: int) -> Step:
        async with self.slots:
            return await hop_probes.hello(self.way, self.port, hops, self.record(), self._note)

    def _note(self, opened: Step) -> None:
        """The least time that a connection took is how long a reply may take."""
        self.opened.append(opened)
        self.connected.set()
        if opened.ended and opened.ms is not None:
            self.patience.round_trip = min(
                opened.ms / 1000, self.patience.round_trip or self.patience.most
            )


def _goes_beyond(sweep: Sweep, tcp: int) -> bool:
    """Whether it came farther than where TCP ends: to an end there, or to a router."""
    return (sweep.ends_at or 0) > tcp or any(
        one.reply is Reply.EXPIRED and one.ttl >= tcp for one in sweep.steps
    )


def _once_more(sweep: Sweep, tcp: int, *, doubt: bool) -> list[int]:
    """The TTLs that a reference is asked again at: the whole way for its time, and where TCP ends."""
    whole = [WHOLE_WAY] * (SAMPLES - 1) if sweep.ends_at is not None else []
    return whole + ([tcp] * (SAMPLES - 1) if doubt else [])


def _with(sweep: Sweep, again: Iterable[Step]) -> Sweep:
    return replace(sweep, again=(*sweep.again, *again))
