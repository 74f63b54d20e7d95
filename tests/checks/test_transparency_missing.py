"""The check `transparency-missing`."""

import pytest

from fixtures.chains.cast import SERVER
from fixtures.chains.timestamps import logged_certificate, sct_list
from tests.checks.outcomes import lacked, said, silent
from tests.evidence import (
    CHAINS,
    chain,
    expectation,
    observation,
    reference,
    unanswered,
)
from tests.server13 import block, extension
from tlsprobe.model.finding import Leaning, Weight
from tlsprobe.model.reference import Issuance

HELD = reference(expectation())
LOGGED_LEAF = chain("with-scts")[:1]
SCTS = sct_list(logged_certificate(SERVER))
STAPLE = (CHAINS / "staples" / "good-with-scts.der").read_bytes()


@pytest.mark.parametrize("name", ["minted", "copied-names", "self-signed", "odd-contents"])
def test_finding(name, look):
    """A private chain on a public name that no log has seen is strong."""
    assert said(look(observation(name), HELD)) == (Leaning.INTERCEPTION, Weight.STRONG)


def test_silence_for_what_was_logged(look):
    """A leaf with timestamps, whose intermediate the server forgot, is likely a public CA's."""
    assert silent(look(observation(LOGGED_LEAF), HELD))


@pytest.mark.parametrize(
    "place", [extension(18, SCTS), extension(5, b"\1" + block(STAPLE, 3))], ids=["TLS", "staple"]
)
def test_timestamps_from_elsewhere(place, look):
    """Timestamps in a TLS extension or in the stapled response count as much."""
    alone = observation("missing-intermediate", leaf_extensions=place)
    assert alone.scts
    assert silent(look(alone, HELD))


@pytest.mark.parametrize("name", ["cut-off", "no-certificate"])
def test_what_cannot_be_read_may_have_some(name, look):
    """A leaf that was cut off is not blamed for the timestamps that it may have lost."""
    assert silent(look(observation(name), HELD))


@pytest.mark.parametrize("body", [b"", b"\0\0", b"\0\4\0\2\1\2", b"\0\xff", bytes(64)])
def test_an_empty_or_broken_list(body, look):
    """A list without a timestamp in it is none."""
    seen = observation("minted", leaf_extensions=extension(18, body))
    assert not silent(look(seen, HELD))


def test_a_public_chain_is_not_asked(look):
    """Where a public CA's key signed, this check has nothing to add."""
    assert silent(look(observation("honest"), HELD))
    assert silent(look(observation("expired"), HELD))


def test_not_applicable(look):
    """It takes a chain, and a name that public CAs are known to sign for."""
    assert lacked(look(unanswered(), HELD)) == "a certificate chain"
    name = "a name of which the reference says that public CAs sign for it"
    assert lacked(look(observation("minted"), reference())) == name
    private = reference(expectation(issuance=Issuance.PRIVATE))
    assert lacked(look(observation("minted"), private)) == name
    assert lacked(look(observation("minted", host="192.0.2.7"), HELD)) == name
