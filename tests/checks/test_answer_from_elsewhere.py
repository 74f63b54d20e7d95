"""The check `answer-from-elsewhere`."""

import pytest
from msgspec.structs import replace

from tests.checks.outcomes import finding, out_of_place, said, silent
from tests.evidence import captured, observation, reference
from tlsprobe.model.finding import Leaning, Weight
from tlsprobe.model.observation import Timings


def timed(tcp, tls, **packets):
    """A captured handshake with these delays in milliseconds."""
    return replace(captured("honest", packets=packets), timings=Timings(tcp=tcp, tls=tls))


def test_two_distances(look):
    """A SYN-ACK from nearer than the ServerHello is a hint that names both distances."""
    result = look(captured("honest", packets={"syn_ack_ttl": 63, "answer_ttl": 51}), reference())
    assert said(result) == (Leaning.INTERCEPTION, Weight.HINT)
    assert finding(result).facts == {"syn_ack_ttl": 63, "answer_ttl": 51}


@pytest.mark.parametrize(
    "ttls", [(51, 51), (117, 118), (55, 54), (None, 51), (51, None), (None, None)]
)
def test_one_distance(ttls, look):
    """One distance, give or take a hop, or one that is not known, says nothing."""
    first, later = ttls
    seen = captured("honest", packets={"syn_ack_ttl": first, "answer_ttl": later})
    assert silent(look(seen, reference()))


def test_a_late_answer(look):
    """TCP at once and TLS much later looks like a box that goes to the server first."""
    assert said(look(timed(0.5, 120.0), reference())) == (Leaning.INTERCEPTION, Weight.HINT)


@pytest.mark.parametrize(
    ("tcp", "tls"),
    [
        (20.0, 22.0),  # what an honest path looks like
        (100.0, 180.0),  # far, and busy: less than four times
        (0.05, 4.0),  # seen beside the server: many times, but nothing that a person would notice
        (None, 300.0),
        (300.0, None),
    ],
)
def test_an_answer_in_time(tcp, tls, look):
    """Delays that busy or far servers have are no sign."""
    assert silent(look(timed(tcp, tls), reference()))


def test_a_second_hello_takes_a_second_round(look):
    """A HelloRetryRequest explains the delay."""
    seen = timed(5.0, 200.0)
    retried = replace(seen.handshake, hello_retry=seen.handshake.server_hello)
    assert silent(look(replace(seen, handshake=retried), reference()))


def test_a_proxy_is_honestly_elsewhere(look):
    """Through a proxy TCP is answered by the proxy and TLS by the server, as it should be."""
    seen = timed(1.0, 200.0, syn_ack_ttl=64, answer_ttl=51, prelude="connect")
    through = replace(seen, target=replace(seen.target, via="http://10.0.0.1:3128"))
    assert silent(look(through, reference()))


def test_a_prelude_has_its_own_rounds(look):
    """What is spoken before STARTTLS is no time of TLS."""
    assert silent(look(timed(1.0, 200.0, prelude="smtp"), reference()))


def test_not_applicable(look):
    """A probe has no packets to look at."""
    assert out_of_place(look(observation("honest"), reference()))
