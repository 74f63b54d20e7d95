"""The check `issuer-is-the-owners`."""

import pytest

from tests.checks.outcomes import finding, lacked, said, silent
from tests.evidence import expectation, key_of, observation, reference, unanswered
from tlsprobe.certs.pins import spki_pin
from tlsprobe.model.finding import Leaning, Weight
from tlsprobe.model.reference import Issuance

INTERMEDIATE = key_of("honest", 1)
ROOT = key_of("honest-with-root", 2)
KNOWN = expectation(ca_keys=frozenset((INTERMEDIATE,)))


@pytest.mark.parametrize("key", [INTERMEDIATE, ROOT], ids=["intermediate", "root"])
def test_finding(key, look):
    """One CA key of the owner's among those that signed is enough, root or not."""
    result = look(
        observation("honest"), reference(expectation(ca_keys=frozenset((key, bytes(32)))))
    )
    assert said(result) == (Leaning.ORIGIN, Weight.STRONG)
    assert finding(result).facts["keys"] == [spki_pin(key)]


def test_the_owners_own_pki(look):
    """The owner's CA need not be public: its key is what was written down."""
    own = expectation(ca_keys=frozenset((key_of("minted", 1),)), issuance=Issuance.PRIVATE)
    assert said(look(observation("minted"), reference(own))) == (Leaning.ORIGIN, Weight.STRONG)


def test_silence(look):
    """Another CA's key is not the owner's."""
    other = expectation(ca_keys=frozenset((key_of("minted", 1),)))
    assert silent(look(observation("honest"), reference(other)))


@pytest.mark.parametrize("name", ["copied-names", "copied-names-with-the-real-intermediate"])
def test_names_and_company_do_not_count(name, look):
    """Neither the owner's CA's name nor its certificate, sent along, makes a chain the owner's."""
    assert silent(look(observation(name), reference(KNOWN)))


def test_a_leaf_of_that_ca_is_no_ca(look):
    """Who has any certificate of the owner's CA cannot sign others in its name."""
    seen = observation("signed-by-a-leaf")
    assert INTERMEDIATE in [one.spki_sha256 for one in seen.chain]
    assert silent(look(seen, reference(KNOWN)))


def test_not_applicable(look):
    """It takes a chain, and keys in what is known of the name."""
    assert lacked(look(unanswered(), reference(KNOWN))) == "a certificate chain"
    keys = "the CA keys that sign for this name, in the reference"
    assert lacked(look(observation("honest"), reference())) == keys
    assert lacked(look(observation("honest"), reference(expectation()))) == keys
    elsewhere = expectation("other.example", ca_keys=frozenset((ROOT,)))
    assert lacked(look(observation("honest"), reference(elsewhere))) == keys
