"""The check `pinned-key-presented`."""

import pytest

from tests.checks.outcomes import finding, lacked, said, silent
from tests.evidence import HOST, chain, expectation, key_of, observation, reference, unanswered
from tlsprobe.certs.pins import spki_pin
from tlsprobe.model.finding import Leaning, Weight

LEAF, INTERMEDIATE = key_of("honest"), key_of("honest", 1)
ROOT = key_of("honest-with-root", 2)


@pytest.mark.parametrize("pin", [LEAF, INTERMEDIATE, ROOT], ids=["leaf", "intermediate", "root"])
def test_finding(pin, look):
    """A pinned key that verifies the chain, or is the leaf's own, proves the origin."""
    result = look(observation("honest"), reference(pins=[pin, bytes(32)]))
    assert said(result) == (Leaning.ORIGIN, Weight.PROOF)
    assert finding(result).facts == {"matched": [spki_pin(pin)]}


@pytest.mark.parametrize("name", ["reissued-intermediate", "disordered", "missing-intermediate"])
def test_a_key_is_pinned_not_a_certificate(name, look):
    """A new certificate of a pinned key, or a badly served chain, matches like the first."""
    pin = LEAF if name == "missing-intermediate" else INTERMEDIATE
    assert not silent(look(observation(name), reference(pins=[pin])))


def test_a_private_pki(look):
    """A pin holds without any public CA: a key of the owner's own PKI that signed is his."""
    pins = [key_of("minted", 1)]
    assert said(look(observation("minted"), reference(pins=pins))) == (Leaning.ORIGIN, Weight.PROOF)


def test_silence(look):
    """Other keys match nothing."""
    assert silent(look(observation("minted"), reference(pins=[LEAF, INTERMEDIATE, ROOT])))


@pytest.mark.parametrize(
    "presented",
    [
        (*chain("minted"), *chain("honest-with-root")),
        (chain("minted")[0], *chain("honest")),
        chain("copied-names"),
        chain("copied-names-with-the-real-intermediate"),
    ],
)
def test_pinned_certificates_merely_sent_along(presented, look):
    """The owner's certificates behind somebody else's leaf are no evidence for him."""
    assert silent(look(observation(presented), reference(pins=[LEAF, INTERMEDIATE, ROOT])))


def test_a_leaf_below_a_pinned_ca_is_no_ca(look):
    """Whoever has some certificate of the pinned CA cannot sign others that match."""
    assert silent(look(observation("signed-by-a-leaf"), reference(pins=[INTERMEDIATE, ROOT])))


def test_pins_of_the_host_only(look):
    """A pin that was given for this host in any spelling counts, another host's does not."""
    pins = {HOST: frozenset((LEAF,)), "other.example": frozenset((bytes(32),))}
    assert not silent(look(observation("honest", host=HOST.upper() + "."), reference(pins=pins)))
    pins = {HOST: frozenset((bytes(32),)), "other.example": frozenset((LEAF,))}
    assert silent(look(observation("honest"), reference(pins=pins)))


def test_not_applicable(look):
    """It takes a chain, and pins."""
    assert lacked(look(unanswered(), reference(pins=[LEAF]))) == "a certificate chain"
    assert lacked(look(observation("honest"), reference(expectation()))) == "pins for this host"
