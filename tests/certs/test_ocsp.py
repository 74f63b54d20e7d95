from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.x509 import ocsp as others
from hypothesis import given, settings
from hypothesis import strategies as st

from tlsprobe.certs import ocsp
from tlsprobe.certs.ocsp import Authority, Revocation

_STAPLES = Path(__file__).parents[2] / "fixtures" / "chains" / "staples"


def test_the_facts_of_a_good_response(chain, staple):
    """They agree with another reader's."""
    leaf, issuer = chain("honest")
    response = ocsp.parse(staple("good"))
    (single,) = response.responses
    other = others.load_der_ocsp_response(staple("good"))
    assert response.faults == ()
    assert response.refusal is None
    assert response.produced_at == other.produced_at_utc
    assert response.responder == f"key {other.responder_key_hash.hex()}"
    assert response.signed == other.tbs_response_bytes
    assert response.signature == other.signature
    assert single.status is Revocation.GOOD
    assert single.serial == other.serial_number == leaf.serial
    assert single.this_update == datetime(2026, 11, 20, tzinfo=UTC)
    assert single.next_update == datetime(2026, 11, 27, tzinfo=UTC)
    assert single.revoked_at is None
    assert single.is_about(leaf, issuer)
    assert response.sct_list is None


def test_who_signed_it(chain, staple):
    """A box can copy a response's contents, but not the CA's signature."""
    issuer = chain("honest")[1]
    assert ocsp.parse(staple("good")).signed_by(issuer.spki_der) is True
    assert ocsp.parse(staple("signed-by-the-interceptor")).signed_by(issuer.spki_der) is False


def test_one_by_a_delegate_brings_its_certificate(chain, staple):
    """The CA certified a responder for it (RFC 6960 section 4.2.2.2)."""
    response = ocsp.parse(staple("by-a-delegate"))
    (delegate,) = response.certificates
    assert response.responder == delegate.subject
    assert response.signed_by(delegate.spki_der) is True
    assert delegate.signed_by(chain("honest")[1].spki_der) is True


@pytest.mark.parametrize(
    ("good", "bad", "fault"),
    [
        ("2b0601050507300101", "2b060105050730017f", "it holds no BasicOCSPResponse"),
        ("180f32303236", "190f32303236", "its response data cannot be read"),
        ("300906052b0e03021a0500", "310906052b0e03021a0500", "an answer in it cannot be read"),
    ],
)
def test_what_cannot_be_read_is_named(staple, good, bad, fault):
    """From the outside to the inside."""
    body = staple("good").replace(bytes.fromhex(good), bytes.fromhex(bad), 1)
    assert ocsp.parse(body).faults == (fault,)


def test_an_issuer_named_by_an_unknown_hash(chain, staple):
    """Then nobody can say whose certificate is meant."""
    body = staple("good").replace(bytes.fromhex("2b0e03021a"), bytes.fromhex("2b0e03027f"))
    (single,) = ocsp.parse(body).responses
    assert single.is_about(*chain("honest")) is None


def test_a_response_about_another_certificate(chain, staple):
    """Its serial is another."""
    leaf, issuer = chain("honest")
    assert ocsp.parse(staple("of-another-certificate")).responses[0].is_about(leaf, issuer) is False
    copied = chain("copied-names")
    assert ocsp.parse(staple("good")).responses[0].is_about(copied[0], copied[1]) is False


@pytest.mark.parametrize(
    ("name", "status"), [("revoked", Revocation.REVOKED), ("unknown", Revocation.UNKNOWN)]
)
def test_other_statuses(staple, name, status):
    """A revoked certificate has a time of its revocation."""
    (single,) = ocsp.parse(staple(name)).responses
    assert single.status is status
    expected = datetime(2026, 11, 1, tzinfo=UTC) if status is Revocation.REVOKED else None
    assert single.revoked_at == expected


def test_a_refusal_is_no_answer(staple):
    """The responder's reason is named."""
    response = ocsp.parse(staple("try-later"))
    assert response.refusal == "try later"
    assert response.responses == ()


@given(st.binary(max_size=200))
@settings(deadline=None)
def test_any_bytes(data):
    """Total: what cannot be read is a fault, or a refusal with a number."""
    response = ocsp.parse(data)
    assert response.faults or response.refusal


@given(st.sampled_from(["good", "good-with-scts", "revoked"]), st.data())
@settings(deadline=None, max_examples=300)
def test_a_good_response_with_some_bytes_changed(name, data):
    """Mutations reach every field."""
    body = bytearray((_STAPLES / f"{name}.der").read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        body[data.draw(st.integers(0, len(body) - 1))] = data.draw(st.integers(0, 255))
    response = ocsp.parse(bytes(body))
    assert response.signed_by(b"") is None
    assert response.sct_list is None or isinstance(response.sct_list, bytes)


@pytest.mark.parametrize(
    ("name", "by"),
    [
        ("good", Authority.ISSUER),
        ("by-a-delegate", Authority.DELEGATE),
        ("signed-by-the-interceptor", Authority.NOBODY),
        ("try-later", Authority.UNTOLD),
    ],
)
def test_in_what_capacity_it_was_signed(chain, staple, name, by):
    """By the CA, by whom it certified for that, or by nobody who may."""
    assert ocsp.authority(staple(name), chain("honest")[1]) is by


def test_a_certificate_of_the_ca_alone_makes_no_delegate(chain, staple):
    """A delegate is certified by this very CA, and for signing responses (section 4.2.2.2)."""
    assert ocsp.authority(staple("by-a-delegate"), chain("minted")[1]) is Authority.NOBODY
    usage = bytes.fromhex("06082b06010505070309")
    other_usage = staple("by-a-delegate").replace(usage, usage[:-1] + b"\x08")
    assert ocsp.authority(other_usage, chain("honest")[1]) is Authority.NOBODY


def test_a_number_and_a_name_under_another_key(chain, staple):
    """The name alone can be asked for, to tell a copy from another certificate."""
    (single,) = ocsp.parse(staple("good")).responses
    leaf, issuer = chain("copied-names")[:2]
    assert single.serial == leaf.serial
    assert (single.names_issuer(leaf), single.is_about(leaf, issuer)) == (True, False)
    assert single.names_issuer(chain("minted")[0]) is False
