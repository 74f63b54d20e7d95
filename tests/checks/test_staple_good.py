"""The check `staple-good`."""

from datetime import UTC, datetime

import pytest

from tests.checks.outcomes import finding, lacked, said, silent
from tests.evidence import observation, reference, stapled, unanswered
from tlsprobe.model.finding import Leaning, Weight

HELD = reference()


@pytest.mark.parametrize(
    ("staple", "by"),
    [("good", "issuer"), ("good-with-scts", "issuer"), ("by-a-delegate", "delegate")],
)
def test_finding(staple, by, look):
    """A public CA, or a responder that it certified, vouches for the leaf these days."""
    result = look(observation("honest", leaf_extensions=stapled(staple)), HELD)
    assert said(result) == (Leaning.ORIGIN, Weight.HINT)
    assert finding(result).facts["signed_by"] == by


@pytest.mark.parametrize(
    "staple",
    ["revoked", "unknown", "of-another-certificate", "signed-by-the-interceptor", "try-later"],
)
def test_silence(staple, look):
    """Any other answer vouches for nothing."""
    assert silent(look(observation("honest", leaf_extensions=stapled(staple)), HELD))


@pytest.mark.parametrize("day", [19, 28])
def test_out_of_date(day, look):
    """It holds for its days."""
    when = datetime(2026, 11, day, tzinfo=UTC)
    seen = observation("honest", taken=when, leaf_extensions=stapled("good"))
    assert silent(look(seen, HELD))


@pytest.mark.parametrize("name", ["missing-intermediate", "minted", "copied-names"])
def test_a_ca_that_is_not_public(name, look):
    """Only a public CA speaks for the origin."""
    assert silent(look(observation(name, leaf_extensions=stapled("good")), HELD))


def test_not_applicable(look):
    """Without a chain there is no leaf."""
    assert lacked(look(unanswered(), HELD)) == "a certificate chain"
