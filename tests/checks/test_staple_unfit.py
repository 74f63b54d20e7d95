"""The check `staple-unfit`."""

from datetime import UTC, datetime

import pytest

from tests.checks.outcomes import finding, lacked, said, silent
from tests.evidence import KNOWN_LOGS, chain, listing, observation, reference, stapled, unanswered
from tests.server13 import block, extension
from tlsprobe.model.finding import Leaning, Weight

HELD = reference()
LOGGED_LEAF, INTERMEDIATE = chain("with-scts")


@pytest.mark.parametrize(
    ("staple", "said_of_it"),
    [
        ("of-another-certificate", "it is about another certificate"),
        ("signed-by-the-interceptor", "nobody signed it who may speak"),
        ("try-later", "the responder refused, try later"),
    ],
)
def test_finding(staple, said_of_it, look):
    """A staple of no use beside a public leaf is carelessness, not interception."""
    result = look(observation("honest", leaf_extensions=stapled(staple)), HELD)
    assert said(result) == (Leaning.FAULT, Weight.HINT)
    assert said_of_it in finding(result).summary


@pytest.mark.parametrize(("day", "word"), [(19, "it begins on"), (28, "it ended on")])
def test_out_of_date(day, word, look):
    """An old answer that a server goes on stapling, or a clock that is wrong."""
    when = datetime(2026, 11, day, tzinfo=UTC)
    result = look(observation("honest", taken=when, leaf_extensions=stapled("good")), HELD)
    assert said(result) == (Leaning.FAULT, Weight.HINT)
    assert word in finding(result).summary


@pytest.mark.parametrize("body", [b"no response", b"\x30\x03\x0a\1\0"])
def test_what_is_no_response(body, look):
    """What cannot be read is of no use either."""
    place = extension(5, b"\1" + block(body, 3))
    result = look(observation("honest", leaf_extensions=place), HELD)
    assert said(result) == (Leaning.FAULT, Weight.HINT)


@pytest.mark.parametrize("staple", ["good", "by-a-delegate", "revoked", "unknown"])
def test_silence(staple, look):
    """An answer of these days about this leaf is what a staple is for; none is needed."""
    assert silent(look(observation("honest", leaf_extensions=stapled(staple)), HELD))
    assert silent(look(observation("honest"), HELD))


def test_a_leaf_that_is_not_public(look):
    """What is stapled beside a private leaf is looked at elsewhere."""
    place = stapled("of-another-certificate")
    assert silent(look(observation("minted", leaf_extensions=place), HELD))


def test_a_public_leaf_whose_ca_is_not_sent(look):
    """Its log says that it is public; who signed the staple cannot be said, what it is about can."""
    held = reference(public=listing(INTERMEDIATE), ct_logs=KNOWN_LOGS)
    seen = observation((LOGGED_LEAF,), leaf_extensions=stapled("good"))
    assert "another certificate" in finding(look(seen, held)).summary
    seen = observation((LOGGED_LEAF,), leaf_extensions=stapled("of-another-certificate"))
    assert silent(look(seen, held))


def test_not_applicable(look):
    """Without a chain there is no leaf."""
    assert lacked(look(unanswered(), HELD)) == "a certificate chain"
