"""The check `captive-portal`."""

from datetime import date

import pytest

from tests.checks.outcomes import finding, lacked, said, silent
from tests.evidence import (
    HOST,
    captured,
    expectation,
    key_of,
    observation,
    reference,
    unanswered,
)
from tlsprobe.analysis import judged
from tlsprobe.handshake.events import KeyProof
from tlsprobe.model.finding import Leaning, Weight
from tlsprobe.model.reference import CaptivePortal
from tlsprobe.model.verdict import Conclusion

PORTAL = CaptivePortal(name="Contoso Wi-Fi", as_of=date(2026, 11, 1), origin="a list")


def knowing(name):
    """A reference that knows who serves with the key of this fixture's leaf."""
    return {"portals": {key_of(name): PORTAL}}


def test_finding(look):
    """A portal's own certificate in another's place: the network wants a login first."""
    result = look(observation("wrong-name"), reference(**knowing("wrong-name")))
    assert said(result) == (Leaning.FAULT, Weight.STRONG)
    assert finding(result).facts["portal"] == "Contoso Wi-Fi"
    assert (
        said(look(captured("wrong-name"), reference(**knowing("wrong-name"))))[1] is Weight.STRONG
    )


@pytest.mark.parametrize("name", ["wrong-name", "minted"])
def test_it_is_no_interception(name):
    """Whatever else speaks against it, the connection is blocked, and nobody reads it."""
    host = HOST if name == "wrong-name" else "other.example"
    known = expectation(host, ca_keys=frozenset((bytes(32),)), pins=frozenset((bytes(32),)))
    report = judged(observation(name, host=host), reference(known, **knowing(name)))
    assert (report.verdict.conclusion, report.verdict.rule) == (
        Conclusion.BLOCKED,
        "captive-portal",
    )
    assert "Contoso Wi-Fi" in report.verdict.summary
    assert report.verdict.interceptor is None


def test_who_has_not_got_the_key(look):
    """A portal's certificate can be copied: without the proof of its key it excuses nobody."""
    seen = captured("wrong-name", seen={"key_proof": KeyProof.NOT_SEEN})
    held = reference(**knowing("wrong-name"))
    assert said(look(seen, held)) == (Leaning.FAULT, Weight.HINT)


def test_the_portals_own_page(look):
    """Whoever asks for the portal itself gets what he asked for."""
    assert silent(look(observation("honest"), reference(**knowing("honest"))))


def test_silence(look):
    """Another key is another server's."""
    assert silent(look(observation("wrong-name"), reference(**knowing("minted"))))


def test_not_applicable(look):
    """It takes a chain, and a list of portals."""
    assert lacked(look(unanswered(), reference(**knowing("honest")))) == "a certificate chain"
    assert lacked(look(observation("honest"), reference())) == "a list of captive portals' keys"
