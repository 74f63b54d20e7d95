"""A trace over loopback, where everything is one hop away; other paths are the lab's."""

import asyncio
import secrets
import sys
import time

import pytest
from msgspec.structs import replace

from tests.evidence import observation, reference
from tests.live.loopback import run, serve, server_context, speak_tls
from tlsprobe import checks
from tlsprobe.checks import all_checks
from tlsprobe.hello import templates
from tlsprobe.live import ttl
from tlsprobe.live.hop_probes import Way
from tlsprobe.live.hops import trace
from tlsprobe.model.finding import Weight
from tlsprobe.model.hop_endings import Outcome, endings
from tlsprobe.model.hops import CONNECTIONS, LEAST, Kind, Reply, Wish
from tlsprobe.model.round_trips import MIN_SAMPLES, round_trips

linux = pytest.mark.skipif(sys.platform != "linux", reason="only Linux has error queues")


def hello():
    """A fresh hello."""
    template = templates.load("default")
    return template.stamp(server_name="example.org", entropy=secrets.token_bytes).record


async def traced(host, port, **wish):
    """The trace to a port."""
    return await trace(Way(address=host, clock=time.perf_counter), port, hello, Wish(**wish))


@linux
def test_a_server_beside_us(authority):
    """All of a server on this machine is at the first hop, and it is met by few connections."""

    async def test():
        async with serve(speak_tls(server_context(authority))) as peer:
            hops = await traced(peer.host, peer.port)
            found = endings(hops)
            assert (found.tcp, found.tls, found.box) == (1, 1, None)
            assert found.outcome is Outcome.SAME
            assert len(hops.of(Kind.TLS).times) >= 3
        assert 3 <= peer.ended <= CONNECTIONS

    run(test())


class Slots(asyncio.Semaphore):
    """The turns of an endpoint, which tell that somebody waits for one."""

    def __init__(self, count):
        super().__init__(count)
        self.waited_for = asyncio.Event()

    async def acquire(self):
        """As a semaphore does."""
        if self.locked():
            self.waited_for.set()
        return await super().acquire()


@linux
def test_it_takes_turns_with_others(authority):
    """While others have all connections that may stand, none is made; then the trace is whole."""

    async def test():
        slots = Slots(1)
        async with serve(speak_tls(server_context(authority))) as peer:
            await slots.acquire()
            way = Way(address=peer.host, clock=time.perf_counter)
            running = asyncio.create_task(
                trace(way, peer.port, hello, Wish(), connections=LEAST, slots=slots)
            )
            await slots.waited_for.wait()
            assert not peer.greeted.is_set()
            slots.release()
            found = endings(await running)
            assert (found.tcp, found.tls, found.outcome) == (1, 1, Outcome.SAME)
        assert 0 < peer.ended <= LEAST

    run(test())


class Watch:
    """A clock that stands still, but for what a peer says that it has taken."""

    def __init__(self):
        self.seconds = 0.0

    def __call__(self):
        """Seconds."""
        return self.seconds


def slow(script, watch, seconds):
    """A server that takes so long between the client's hello and the first byte of its answer."""

    async def answer(reader, writer):
        hello = await reader.read(65536)
        if hello:
            watch.seconds += seconds
            reader.feed_data(hello)
            await script(reader, writer)

    return answer


@linux
@pytest.mark.parametrize(
    ("seconds", "floor", "weight"),
    [
        (0.0, None, None),
        (0.01, None, None),
        (0.2, None, Weight.HINT),
        (0.2, 150.0, Weight.HINT),
        (0.01, 50.0, Weight.STRONG),
    ],
    ids=["honest", "busy", "late", "late-but-no-sooner-than-light", "sooner-than-light"],
)
def test_when_answers_come(authority, seconds, floor, weight):
    """TLS that comes late each time is a hint, sooner than light can a strong sign; neither is a proof."""

    async def test():
        watch = Watch()
        script = slow(speak_tls(server_context(authority)), watch, seconds)
        async with serve(script) as peer:
            way = Way(address=peer.host, clock=watch)
            hops = await trace(way, peer.port, hello, Wish(floor_ms=floor))
        times = round_trips(hops)
        assert times.tcp == pytest.approx(0.0)
        assert times.tls >= 1000 * seconds
        assert len(hops.of(Kind.TLS).times) >= MIN_SAMPLES
        seen = replace(observation("honest"), hops=hops)
        (check,) = [one for one in all_checks() if one.id == "answer-too-soon"]
        (result,) = checks.run(seen, reference(), [check])
        assert [one.weight for one in result.findings] == ([] if weight is None else [weight])

    run(test())


@linux
def test_a_closed_port(closed_port):
    """A port that is refused ends nothing, and its address is one hop away nevertheless."""

    async def test():
        hops = await traced(closed_port.host, closed_port.port)
        found = endings(hops)
        assert (found.tcp, found.endpoint, found.outcome) == (None, 1, Outcome.UNKNOWN)
        assert hops.of(Kind.TCP).at(1)[0].reply is Reply.REFUSED

    run(test())


@linux
@pytest.mark.parametrize(
    "answer", [b"HTTP/1.1 400 Bad Request\r\n\r\n", b"", b"\x00"], ids=["http", "end", "garbage"]
)
def test_a_server_of_something_else(answer):
    """Whoever does not answer by TLS refuses the hello."""

    async def script(reader, writer):
        await reader.read(1)
        writer.write(answer)
        writer.write_eof()

    async def test():
        async with serve(script) as peer:
            hops = await traced(peer.host, peer.port)
            replies = {one.reply for one in hops.of(Kind.TLS).steps}
            assert replies == {Reply.REFUSED}

    run(test())


@linux
def test_a_server_that_says_nothing():
    """A silent server costs no more than the time for it."""

    async def script(reader, writer):
        await reader.read(65536)

    async def test():
        async with serve(script) as peer:
            hops = await traced(peer.host, peer.port)
            assert hops.of(Kind.TLS).ends_at is None
            assert endings(hops).tcp == 1

    run(test())


def test_where_it_is_not_available(monkeypatch):
    """Elsewhere one line says why nothing is traced, and nothing is sent."""
    monkeypatch.setattr(ttl, "AVAILABLE", False)

    async def test():
        hops = await traced("192.0.2.1", 443)
        assert "not available here" in hops.unavailable
        assert hops.sweeps == ()

    run(test())


@linux
def test_a_link_local_address():
    """There are no hops to an address of this very link."""

    async def test():
        assert "link-local" in (await traced("fe80::1%1", 443)).unavailable

    run(test())
