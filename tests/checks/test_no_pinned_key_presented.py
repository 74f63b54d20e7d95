"""The check `no-pinned-key-presented`."""

import pytest

from tests.checks.outcomes import finding, lacked, said, silent
from tests.evidence import HOST, chain, expectation, key_of, observation, reference, unanswered
from tlsprobe.certs.pins import spki_pin
from tlsprobe.model.finding import Leaning, Weight

LEAF, INTERMEDIATE = key_of("honest"), key_of("honest", 1)
ROOT = key_of("honest-with-root", 2)


@pytest.mark.parametrize(
    "name", ["minted", "copied-names", "copied-names-leaf-only", "self-signed"]
)
def test_finding(name, look):
    """A chain without any of the pinned keys is strong evidence, and both sides are listed."""
    seen = observation(name)
    result = look(seen, reference(pins=[LEAF, INTERMEDIATE, ROOT]))
    assert said(result) == (Leaning.INTERCEPTION, Weight.STRONG)
    assert finding(result).facts == {
        "expected": [spki_pin(pin) for pin in sorted([LEAF, INTERMEDIATE, ROOT])],
        "presented": [spki_pin(one.spki_sha256) for one in seen.chain],
    }


@pytest.mark.parametrize("pin", [LEAF, INTERMEDIATE, ROOT], ids=["leaf", "intermediate", "root"])
def test_silence(pin, look):
    """The key of leaf, intermediate or root will do, the root's also where it was not sent."""
    assert silent(look(observation("honest"), reference(pins=[pin, bytes(32)])))


@pytest.mark.parametrize(
    "presented",
    [
        (*chain("minted"), *chain("honest-with-root")),
        (chain("minted")[0], *chain("honest")),
        chain("copied-names-with-the-real-intermediate"),
        chain("signed-by-a-leaf"),
    ],
)
def test_pinned_certificates_merely_sent_along(presented, look):
    """The pinned certificates behind somebody else's leaf pin nothing: anybody can send them."""
    assert INTERMEDIATE in [one.spki_sha256 for one in presented]
    assert not silent(look(observation(presented), reference(pins=[INTERMEDIATE, ROOT])))


def test_an_extra_member(look):
    """What an honest server sends too much is not pinned either."""
    minter = key_of("minted", 1)
    assert not silent(look(observation("extra-member"), reference(pins=[minter])))


def test_the_callers_pins_win(look):
    """The pins that the caller gave are not healed by those of the reference."""
    known = expectation(pins=frozenset((LEAF,)))
    assert silent(look(observation("honest"), reference(known)))
    given = {HOST: frozenset((bytes(32),))}
    assert not silent(look(observation("honest"), reference(known, pins=given)))


def test_not_applicable(look):
    """It takes a chain, and pins for this very host."""
    assert lacked(look(unanswered(), reference(pins=[LEAF]))) == "a certificate chain"
    elsewhere = {"other.example": frozenset((bytes(32),))}
    assert lacked(look(observation("honest"), reference(pins=elsewhere))) == "pins for this host"
