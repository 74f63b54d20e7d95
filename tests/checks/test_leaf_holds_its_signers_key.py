"""The check `leaf-holds-its-signers-key`."""

import pytest

from tests.checks.outcomes import finding, lacked, said, silent
from tests.evidence import every_chain, expectation, key_of, observation, reference, unanswered
from tlsprobe.certs.pins import spki_pin
from tlsprobe.model.finding import Leaning, Weight
from tlsprobe.model.reference import Issuance

ONE_KEY = ("minted-with-one-key", "minted-with-one-key-leaf-only")


@pytest.mark.parametrize("name", ONE_KEY)
def test_finding(name, look):
    """A leaf under its signer's key is proof where public CAs sign for the name."""
    result = look(observation(name), reference(expectation()))
    assert said(result) == (Leaning.INTERCEPTION, Weight.PROOF)
    assert finding(result).facts["key"] == spki_pin(key_of(ONE_KEY[0], 1))


@pytest.mark.parametrize("known", [[], [expectation(issuance=Issuance.PRIVATE)]])
def test_of_an_unknown_name(known, look):
    """Of a name that no public CA is known to serve it is strong: somebody may be careless."""
    result = look(observation(ONE_KEY[0]), reference(*known))
    assert said(result) == (Leaning.INTERCEPTION, Weight.STRONG)


@pytest.mark.parametrize("name", every_chain())
def test_every_chain(name, look):
    """Of all chains at hand only these two have one key for both; a self-signed leaf is no case."""
    assert silent(look(observation(name), reference())) == (name not in ONE_KEY)


def test_not_applicable(look):
    """Without a chain there is nothing to look at."""
    assert "chain" in lacked(look(unanswered(), reference()))
