"""How long a peer is waited for: what the limits allow, and how they follow a long way."""

import pytest

from tests.live.loopback import Through, probe, run, serve
from tlsprobe.live.limits import Limits
from tlsprobe.live.tcp import TcpDial
from tlsprobe.model.observation import Timings


@pytest.mark.parametrize(
    ("timings", "allowed"),
    [
        (Timings(), 2.0),
        (Timings(tcp=20.0), 2.0),
        (Timings(tcp=600.0), 9.6),
        (Timings(tcp=20.0, proxy=600.0), 9.6),
    ],
)
def test_a_long_way_takes_its_time(timings, allowed):
    """The handshake is given as many round trips as two losses cost, whatever its limit says."""
    assert Limits.within(3).handshake_over(timings) == pytest.approx(allowed)


class Far(TcpDial):
    """Connects to loopback as if it were far away, and notes until when it is waited."""

    def __init__(self, tcp):
        super().__init__()
        self.tcp = tcp
        self.waited = []

    async def connect(self, host, port, deadline):
        """A connection that took so long to stand."""
        connection = await super().connect(host, port, deadline)
        connection.timings = Timings(tcp=self.tcp)
        began, receive = self.clock(), connection.receive

        async def noted(until):
            self.waited.append(until - began)
            return await receive(until)

        return Through(connection, noted)


@pytest.mark.parametrize(
    ("tcp", "least", "most"), [(1.0, 0.5, 1.5), (1000.0, 15.5, 16.5), (600_000.0, 19.0, 20.0)]
)
def test_the_deadline_follows_the_way(tcp, least, most):
    """A peer is waited for as long as its way asks for, and never beyond the whole's limit."""
    dial = Far(tcp)

    async def test():
        async with serve(hang_up) as peer:
            await probe(peer, dial=dial, handshake=1.0, total=20.0)

    run(test())
    assert all(least <= one <= most for one in dial.waited)
    assert dial.waited


async def hang_up(_, writer):
    """A peer that does not answer."""
    writer.close()


def test_limits_of_one_timeout():
    """One timeout bounds the whole, and the phases share it."""
    limits = Limits.within(3)
    assert limits.total == 3
    assert limits.connect + limits.handshake == pytest.approx(3)
    assert limits.lookup == 3
    assert Limits.within(15) == Limits()


@pytest.mark.parametrize("servers", [1, 2, 3])
def test_the_system_has_time_to_ask_each_of_its_resolvers(servers):
    """Glibc waits 5 s for its first resolver, and for each that follows twice as long, shared by all."""
    once_each = sum((5 << at) // (servers if at else 1) for at in range(servers))
    assert Limits().lookup > once_each
