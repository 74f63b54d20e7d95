"""The check `server-choices-unusual`."""

from datetime import UTC, date, datetime

import pytest
from msgspec.structs import replace

from tests.checks.outcomes import finding, lacked, said, silent
from tests.evidence import captured, expectation, observation, reference, unanswered
from tlsprobe.model.finding import Leaning, Weight
from tlsprobe.model.reference import Choices
from tlsprobe.wire import extensions as ext
from tlsprobe.wire.messages import Extension

X25519, P384 = 0x001D, 0x0018


def known(*, versions=(), groups=(), alpn=(), suites=(), master_secret=None):
    """A reference that knows what the server chooses."""
    chosen = Choices(
        versions=frozenset(versions), groups=frozenset(groups), alpn=frozenset(alpn),
        cipher_suites=frozenset(suites), extended_master_secret=master_secret,
        as_of=date(2026, 9, 26), origin="a scan",
    )  # fmt: skip
    return reference(expectation(choices=chosen))


def offering(extension, body):
    """A handshake whose hello has another body in that extension; none where it is None."""
    seen = captured("honest")
    hello = seen.handshake.client_hellos[-1]
    kept = [one for one in hello.extensions if one.code != extension]
    if body is not None:
        kept.append(Extension(extension, body))
    hellos = (replace(hello, extensions=tuple(kept)),)
    return replace(seen, handshake=replace(seen.handshake, client_hellos=hellos))


def test_silence_for_the_usual(look):
    """The server of the tests speaks TLS 1.3 with x25519 and selects what it is known to."""
    seen = captured("honest")
    assert (seen.handshake.version, seen.handshake.group) == (0x0304, X25519)
    protocol = seen.handshake.alpn or b""
    usual = known(versions=(0x0303, 0x0304), groups=(X25519,), alpn=(protocol,))
    assert silent(look(seen, usual))
    assert silent(look(seen, known()))


def test_another_group(look):
    """x25519 from a server that wants P-384, which was offered as well, is a hint with its reason."""
    result = look(captured("honest"), known(groups=(P384,)))
    assert said(result) == (Leaning.INTERCEPTION, Weight.HINT)
    assert "x25519, not secp384r1" in finding(result).summary
    assert finding(result).facts["as_of"] == "2026-09-26"


def test_a_group_that_was_not_offered_cannot_be_chosen(look):
    """A client that does not offer the server's group makes it take another."""
    only = offering(ext.SUPPORTED_GROUPS, b"\0\2\0\x1d")
    assert silent(look(only, known(groups=(P384,))))


def test_groups_are_those_of_tls_13(look):
    """What a server does in TLS 1.2 is not what was seen in TLS 1.3."""
    older = captured("honest", seen={"version": 0x0303})
    assert silent(look(older, known(groups=(P384,))))


def test_an_older_version(look):
    """TLS 1.2 for a client that offers 1.3, from a server that speaks it, is unusual."""
    older = captured("honest", seen={"version": 0x0303})
    result = look(older, known(versions=(0x0303, 0x0304)))
    assert "TLS 1.2, not TLS 1.3" in finding(result).summary


def test_an_older_client(look):
    """A client that offers no more than TLS 1.2 gets it."""
    seen = offering(ext.SUPPORTED_VERSIONS, None)
    older = replace(seen, handshake=replace(seen.handshake, version=0x0303))
    assert silent(look(older, known(versions=(0x0303, 0x0304))))


def test_a_version_that_the_server_has_turned_off(look):
    """TLS 1.0 from a server that refuses it is unusual whatever was offered."""
    oldest = captured("honest", seen={"version": 0x0301})
    assert not silent(look(oldest, known(versions=(0x0303, 0x0304))))


def test_another_cipher_suite(look):
    """AES-128 from a server that takes AES-256, which was offered as well; and one that was not."""
    seen = captured("honest")
    assert seen.handshake.cipher_suite == 0x1301
    found = finding(look(seen, known(suites=(0x1302,))))
    assert "TLS_AES_128_GCM_SHA256, not TLS_AES_256_GCM_SHA384" in found.summary
    assert silent(look(seen, known(suites=(0x1301, 0x1302))))
    assert silent(look(seen, known(suites=(0x1305,))))


def test_no_extended_master_secret(look):
    """It is missed before TLS 1.3, where the client offered one and the server agrees to it."""
    old = captured("honest", seen={"version": 0x0303})
    assert "extended master secret" in finding(look(old, known(master_secret=True))).summary
    agreed = captured("honest", seen={"version": 0x0303, "extended_master_secret": True})
    for seen, agrees in ((agreed, True), (old, False), (old, None), (captured("honest"), True)):
        assert silent(look(seen, known(master_secret=agrees)))
    unasked = offering(ext.EXTENDED_MASTER_SECRET, None)
    unasked = replace(unasked, handshake=replace(unasked.handshake, version=0x0303))
    assert silent(look(unasked, known(master_secret=True)))


def test_a_protocol_where_none_is_selected(look):
    """A server that selects no protocol does not become one that speaks HTTP/2."""
    seen = captured("honest", seen={"alpn": b"h2", "version": 0x0303})
    assert "ALPN h2, not none" in finding(look(seen, known(alpn=(b"",)))).summary


def test_a_protocol_that_cannot_be_seen(look):
    """In TLS 1.3 without keys the selected protocol stays closed, and is not missed."""
    sealed = captured("honest", seen={"alpn": None, "encrypted_extensions": ()})
    assert silent(look(sealed, known(alpn=(b"h2",))))
    assert silent(look(offering(ext.ALPN, None), known(alpn=(b"h3",))))


@pytest.mark.parametrize("body", [b"", b"\xff", b"\0\5\0\x1d", bytes(300)])
def test_a_broken_offer(body, look):
    """An offer that does not have its form breaks nothing."""
    usual = known(versions=(0x0304,), groups=(P384,), alpn=(b"h2",))
    for extension in (ext.SUPPORTED_GROUPS, ext.SUPPORTED_VERSIONS, ext.ALPN):
        look(offering(extension, body), usual)


def test_no_answer(look):
    """Where no server answered there is nothing that it chose."""
    assert silent(look(unanswered(), known(groups=(P384,))))


def test_not_applicable(look):
    """It takes a note on the server, from about the time of the handshake."""
    what = "what this server is known to choose, in the reference"
    assert lacked(look(observation("honest"), reference())) == what
    assert lacked(look(observation("honest"), reference(expectation()))) == what
    old = observation("honest", taken=datetime(2020, 4, 16, tzinfo=UTC))
    assert lacked(look(old, known(groups=(P384,)))) == what
