"""The check `staple-contradicts-chain`."""

import pytest

from tests.checks.outcomes import finding, lacked, said, silent
from tests.evidence import (
    captured,
    chain,
    expectation,
    key_of,
    observation,
    reference,
    stapled,
    store_of,
    unanswered,
)
from tlsprobe.model.finding import Leaning, Weight
from tlsprobe.wire.codepoints import TLS_1_2

PUBLIC_NAME = reference(expectation())
PASSED_ON = {"leaf_extensions": stapled("good")}
"""The true server's staple, beside whatever a box presents."""


def test_finding(look):
    """The true server's staple knows a certificate of the same number and name by another key."""
    result = look(observation("copied-names", **PASSED_ON), PUBLIC_NAME)
    assert said(result) == (Leaning.INTERCEPTION, Weight.PROOF)
    assert "is a copy" in finding(result).summary


def test_a_name_of_which_nothing_is_known(look):
    """A private CA may have changed its key, and its server have asked by the old one: strong."""
    result = look(observation("copied-names", **PASSED_ON), reference())
    assert said(result) == (Leaning.INTERCEPTION, Weight.STRONG)


@pytest.mark.parametrize(
    ("known", "weight"), [((expectation(),), Weight.STRONG), ((), Weight.HINT)]
)
def test_signed_by_nobody_who_may(known, weight, look):
    """A private PKI may trust a responder by its own arrangement; a public one does not."""
    others_are_public = reference(*known, public=store_of(chain("minted")[1:]))
    seen = observation("honest", leaf_extensions=stapled("signed-by-the-interceptor"))
    assert said(look(seen, others_are_public)) == (Leaning.INTERCEPTION, weight)
    by_delegate = observation("honest", leaf_extensions=stapled("by-a-delegate"))
    assert silent(look(by_delegate, others_are_public))


@pytest.mark.parametrize("name", ["honest", "missing-intermediate", "minted", "self-signed"])
@pytest.mark.parametrize("staple", ["good", "of-another-certificate", "try-later"])
def test_silence(name, staple, look):
    """The owner's own staple, an old one, and one for another number contradict nothing."""
    assert silent(look(observation(name, leaf_extensions=stapled(staple)), PUBLIC_NAME))


def test_a_bit_that_a_capture_lost(look):
    """In the clear, a bit of the staple or of the chain may have been lost."""
    seen = captured("copied-names", seen={"version": TLS_1_2}, **PASSED_ON)
    assert said(look(seen, PUBLIC_NAME)) == (Leaning.INTERCEPTION, Weight.HINT)


def test_the_owners_own_ca(look):
    """A CA key that the owner is known to use is not somebody else's."""
    own = expectation(ca_keys=frozenset((key_of("copied-names", 1),)))
    assert silent(look(observation("copied-names", **PASSED_ON), reference(own)))


def test_not_applicable(look):
    """Without a chain there is no leaf."""
    assert lacked(look(unanswered(), PUBLIC_NAME)) == "a certificate chain"
