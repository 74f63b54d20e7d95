"""The check `certificate-revoked`."""

import pytest

from tests.checks.outcomes import finding, lacked, said, silent
from tests.evidence import observation, reference, stapled, unanswered
from tlsprobe.model.finding import Leaning, Weight

HELD = reference()


def test_finding(look):
    """A leaf whose CA says that it is revoked is refused by whoever looks: its owner's fault."""
    result = look(observation("honest", leaf_extensions=stapled("revoked")), HELD)
    assert said(result) == (Leaning.FAULT, Weight.STRONG)
    assert "was revoked on 2026-11-01" in finding(result).summary
    assert finding(result).facts["signed_by"] == "issuer"


def test_the_ca_is_not_known(look):
    """Where nobody can say who signed the response, it is a hint."""
    alone = observation("missing-intermediate", leaf_extensions=stapled("revoked"))
    assert said(look(alone, HELD)) == (Leaning.FAULT, Weight.HINT)
    known = reference(public="public-with-intermediates")
    assert said(look(alone, known)) == (Leaning.FAULT, Weight.STRONG)


@pytest.mark.parametrize("staple", ["good", "unknown", "of-another-certificate", "try-later"])
def test_silence(staple, look):
    """Other answers, of other certificates, and none at all revoke nothing."""
    assert silent(look(observation("honest", leaf_extensions=stapled(staple)), HELD))
    assert silent(look(observation("honest"), HELD))


def test_not_applicable(look):
    """Without a chain there is no leaf."""
    assert lacked(look(unanswered(), HELD)) == "a certificate chain"
