"""The check `client-certificate-not-asked-for`."""

from dataclasses import replace
from datetime import UTC, date, datetime

from tests.checks.outcomes import finding, lacked, said, silent
from tests.evidence import baseline, captured, expectation, observation, reference, unanswered
from tlsprobe.handshake.summary import Reached
from tlsprobe.model.finding import Leaning, Weight
from tlsprobe.wire.messages import CertificateRequest

ASKS = reference(expectation(asks_client_certificate=True))
REQUEST = CertificateRequest(authorities=(b"0\0",))


def before(*, asked=True, **handshake):
    """What a clean place saw."""
    seen = baseline("honest")
    request = REQUEST if asked else None
    changed = replace(seen.handshake, certificate_request=request, **handshake)
    return replace(seen, handshake=changed)


def test_no_request(look):
    """The server is known to ask, and whoever answers went on to his proof without."""
    result = look(observation("honest"), ASKS)
    assert said(result) == (Leaning.INTERCEPTION, Weight.STRONG)
    assert "Example is known to (test)" in finding(result).summary


def test_a_request(look):
    """A server that asks is as expected."""
    assert silent(look(captured("honest", seen={"certificate_request": REQUEST}), ASKS))


def test_where_none_could_be_seen(look):
    """Nothing is missed in a handshake that was not seen so far, or that takes up an earlier one."""
    for seen in ({"reached": Reached.CERTIFICATE}, {"resumed": True}, {"certificates_cut": True}):
        assert silent(look(captured("honest", seen=seen), ASKS))


def test_a_baseline_that_asks(look):
    """The clean place was asked for a certificate, and this one is not."""
    result = look(observation("honest"), reference(controls=[before()]))
    assert said(result) == (Leaning.INTERCEPTION, Weight.STRONG)
    assert "the baseline of 2026-11-23" in finding(result).summary


def test_a_baseline_that_does_not_ask_every_time(look):
    """One of the owner's servers asks and another does not; or the clean place did not see so far."""
    mixed = reference(controls=[before(), before(asked=False)])
    assert silent(look(observation("honest"), mixed))
    early = reference(controls=[before(reached=Reached.CERTIFICATE)])
    assert silent(look(observation("honest"), early))
    newer = reference(expectation(asks_client_certificate=True), controls=[before(asked=False)])
    assert silent(look(observation("honest"), newer))


def test_long_before_the_note(look):
    """Of a handshake from years before the note was made nothing is said."""
    noted = reference(expectation(asks_client_certificate=True, as_of=date(2026, 11, 1)))
    old = observation("honest", taken=datetime(2020, 1, 1, tzinfo=UTC))
    assert silent(look(old, noted))


def test_not_applicable(look):
    """It takes a chain, and somebody who knows that the server asks."""
    what = "whether this server asks for a client certificate, in reference or baseline"
    assert lacked(look(observation("honest"), reference())) == what
    no = reference(expectation(asks_client_certificate=False))
    assert lacked(look(observation("honest"), no)) == what
    assert lacked(look(observation("honest"), reference(controls=[before(asked=False)]))) == what
    assert "a certificate chain" in lacked(look(unanswered(), ASKS))
