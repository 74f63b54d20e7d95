"""What repeated measurements of time come to."""

import pytest
from msgspec.structs import replace

from tests.traces import trace
from tlsprobe.model.hops import Kind
from tlsprobe.model.round_trips import round_trips


def timed(tcp=20.0, tls=21.0, endpoint=20.0, **more):
    """The times of a trace."""
    return round_trips(trace(ms={"tcp": tcp, "tls": tls, "endpoint": endpoint}, **more))


def test_the_least_counts():
    """Of each kind the least time counts."""
    times = timed(tcp=19.0, tls=22.5, endpoint=18.0)
    assert (times.tcp, times.tls, times.endpoint, times.floor) == (19.0, 22.5, 18.0, None)


@pytest.mark.parametrize(
    ("tls", "endpoint", "soon"),
    [
        (21.0, 20.0, False),
        (1.0, 20.0, True),
        (11.0, 20.0, False),  # less than half
        (0.4, 4.0, False),  # too little to be more than chance
        (0.4, 5.5, True),
    ],
)
def test_too_soon(tls, endpoint, soon):
    """An answer in less than half the endpoint's time, and by more than chance, is too soon."""
    assert timed(tls=tls, endpoint=endpoint).tls_too_soon is soon


def test_another_port_where_the_address_says_nothing():
    """Where the address answers neither UDP nor echo, another port tells how far it is."""
    assert timed(udp=None, echo=None, endpoint=17.0).endpoint == 17.0


def test_the_address_before_another_port():
    """The address itself tells how far it is, as a box may answer for another port too."""
    hops = trace(tcp=2, port=2, ms={"tls": 1.0})
    port = hops.of(Kind.REFERENCE)
    near = replace(port, steps=tuple(replace(one, ms=0.5) for one in port.steps))
    others = tuple(one for one in hops.sweeps if one is not port)
    assert round_trips(replace(hops, sweeps=(*others, near))).tls_too_soon


def test_floor():
    """Nothing can be answered before light comes back from the place."""
    times = timed(tcp=9.0, tls=12.0, floor=10.0)
    assert (times.tcp_below_floor, times.tls_below_floor) == (True, False)
    assert timed(tls=9.0, floor=10.0).tls_below_floor


def test_late():
    """TLS that takes much longer than TCP each time looks like somebody who goes upstream first."""
    assert timed(tcp=0.5, tls=90.0).tls_late
    assert not timed(tcp=20.0, tls=60.0).tls_late


def test_too_few_samples():
    """Less than three measurements are none."""
    hops = trace()
    few = tuple(replace(one, again=one.again[:1]) for one in hops.sweeps)
    times = round_trips(replace(hops, sweeps=few))
    assert (times.tls, times.endpoint) == (None, None)
