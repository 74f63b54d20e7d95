"""The check `tls-ends-before-the-endpoint`."""

import pytest
from msgspec.structs import replace

from tests.checks.outcomes import finding, lacked, out_of_place, said, silent
from tests.evidence import captured, observation, reference
from tests.traces import END, trace
from tlsprobe.model.finding import Leaning, Weight
from tlsprobe.model.hops import Hops

STRONG = (Leaning.INTERCEPTION, Weight.STRONG)
HINT = (Leaning.INTERCEPTION, Weight.HINT)


def traced(name, **replies):
    """An observation with a trace beside it."""
    return replace(observation(name), hops=trace(**replies))


def test_a_box_inside(look):
    """TCP that ends inside the user's network, and a chain of nobody's, are strong together."""
    result = look(traced("self-signed", tcp=2), reference())
    assert said(result) == STRONG
    found = finding(result)
    assert (found.facts["hop"], found.facts["address"]) == (2, "10.1.1.1")
    assert "hop 2 (10.1.1.1) at your edge" in found.summary


def test_a_relay(look):
    """Where a public CA vouches for the leaf, TLS may be passed on from there: a hint."""
    assert said(look(traced("honest", tcp=2), reference())) == HINT


@pytest.mark.parametrize(
    "replies", [{"tcp": 2, "ms": {"tls": 1.0}}, {"tls": 2}], ids=["too-soon", "reads-along"]
)
def test_no_relay(look, replies):
    """A relay cannot answer sooner than the server, and does not answer hellos alone."""
    assert said(look(traced("honest", **replies), reference())) == STRONG


def test_a_front_of_the_owner(look):
    """Shortly before the endpoint its owner may have a front of his own: a hint."""
    assert said(look(traced("self-signed", tcp=END - 1), reference())) == HINT


def test_nobody_between(look):
    """TCP that ends where the endpoint is says nothing."""
    assert silent(look(traced("self-signed"), reference()))


def test_without_a_trace(look):
    """A probe without a trace lacks it, and one that could not be traced too; a capture never has one."""
    assert "trace" in lacked(look(observation("honest"), reference()))
    none = Hops(address="192.0.2.1", port=443, unavailable="no")
    assert "trace" in lacked(look(replace(observation("honest"), hops=none), reference()))
    assert out_of_place(look(captured("honest"), reference()))
