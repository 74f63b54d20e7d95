"""The check `answer-too-soon`."""

import pytest
from msgspec.structs import replace

from tests.checks.outcomes import finding, lacked, said, silent
from tests.evidence import observation, reference
from tests.traces import trace
from tlsprobe.model.finding import Leaning, Weight


def timed(tcp=20.0, tls=21.0, endpoint=20.0, floor=None):
    """An observation with these times in milliseconds."""
    ms = {"tcp": tcp, "tls": tls, "endpoint": endpoint}
    return replace(observation("honest"), hops=trace(ms=ms, floor=floor))


@pytest.mark.parametrize(
    ("times", "weight", "words"),
    [
        ({"tcp": 0.5, "tls": 1.5}, Weight.STRONG, "answers nothing else before 20.0 ms"),
        ({"tls": 21.0, "floor": 30.0}, Weight.STRONG, "light"),
        ({"tcp": 1.0, "tls": 31.0, "floor": 30.0}, Weight.HINT, "TCP is answered within 1.0 ms"),
        ({"tcp": 0.5, "tls": 120.0}, Weight.HINT, "each time after 120.0 ms"),
    ],
    ids=["sooner-than-the-address", "sooner-than-light", "tcp-alone", "tls-late"],
)
def test_told(look, times, weight, words):
    """What comes too soon weighs by how little else explains it, and is never a proof."""
    result = look(timed(**times), reference())
    assert said(result) == (Leaning.INTERCEPTION, weight)
    assert words in finding(result).summary


@pytest.mark.parametrize("times", [{}, {"tls": 60.0}, {"floor": 5.0}, {"tls": 12.0}], ids=str)
def test_in_time(look, times):
    """What an honest path looks like is no sign."""
    assert silent(look(timed(**times), reference()))


def test_not_applicable(look):
    """Without a trace there is one sample only."""
    assert "trace" in lacked(look(observation("honest"), reference()))
