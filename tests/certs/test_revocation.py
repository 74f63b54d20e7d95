import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp

from tests.revoking import (
    DAY,
    NOW,
    ROOT,
    STRANGER,
    answer,
    delegate,
    issuing,
    ours,
    point,
    revocation_list,
    server,
)
from tlsprobe.certs import crl, revocation
from tlsprobe.certs.ocsp import Authority, Revocation
from tlsprobe.certs.revocation import SLACK, Answer, Unfit

LISTS = "http://crl.example/1.crl"
LEAF, CA = server(lists_at=(LISTS,)), issuing()
REFUSAL = bytes.fromhex("30030a0106")


def said(body, *, about=LEAF, now=NOW) -> Answer:
    """What an OCSP response says."""
    return revocation.from_ocsp(body, ours(about), ours(CA), now)


def listed(body, *, about=LEAF, issuer=CA, now=NOW) -> Answer:
    """What a list says."""
    listed = crl.parse(body)
    authority = revocation.signer(listed, issuer and ours(issuer))
    return revocation.from_list(listed, ours(about), authority, now)


def test_a_good_answer():
    """Fresh, about this certificate, signed by its CA."""
    found = said(answer(LEAF, CA))
    assert (found.status, found.unfit, found.authority) == (Revocation.GOOD, None, Authority.ISSUER)
    assert (found.this_update, found.next_update) == (NOW - DAY, NOW + DAY)


def test_a_revoked_certificate_has_a_time_and_a_reason():
    """As the responder, or the list, has them."""
    found = said(answer(LEAF, CA, ocsp.OCSPCertStatus.REVOKED))
    assert (found.status, found.unfit) == (Revocation.REVOKED, None)
    assert (found.revoked_at, found.reason) == (NOW - 9 * DAY, "superseded")
    found = listed(revocation_list(LEAF.serial_number))
    assert (found.status, found.unfit) == (Revocation.REVOKED, None)
    assert (found.revoked_at, found.reason) == (NOW - 9 * DAY, "keyCompromise")


@pytest.mark.parametrize(
    ("body", "unfit", "detail"),
    [
        (answer(LEAF, CA, end=NOW - DAY / 2), Unfit.OUT_OF_DATE, "it ended on 2026-11-23 00:00 UTC"),
        (answer(LEAF, CA, begin=NOW + DAY, end=NOW + 2 * DAY), Unfit.NOT_BEGUN,
         "it begins on 2026-11-24 12:00 UTC"),
        (answer(LEAF, CA, by=STRANGER), Unfit.WRONG_SIGNER, "nobody signed it who may"),
        (answer(CA, CA), Unfit.OTHER_CERTIFICATE, "it is about another certificate"),
        (answer(LEAF, CA, ocsp.OCSPCertStatus.UNKNOWN), Unfit.UNKNOWN, "the responder does not know"),
        (REFUSAL, Unfit.REFUSED, "the responder refused: unauthorized"),
        (b"<html>", Unfit.NO_ANSWER, "it is no OCSP response"),
        (b"", Unfit.NO_ANSWER, "it is no OCSP response"),
    ],
)  # fmt: skip
def test_a_response_that_no_client_can_use(body, unfit, detail):
    """Each has its word, and a sentence."""
    found = said(body)
    assert found.unfit is unfit
    assert found.detail.startswith(detail)


@pytest.mark.parametrize(
    ("body", "unfit", "detail"),
    [
        (revocation_list(end=NOW - DAY / 2), Unfit.OUT_OF_DATE, "it ended on 2026-11-23 00:00 UTC"),
        (revocation_list(begin=NOW + DAY, end=NOW + 2 * DAY), Unfit.NOT_BEGUN,
         "it begins on 2026-11-24 12:00 UTC"),
        (revocation_list(by=STRANGER), Unfit.WRONG_SIGNER, "nobody signed it who may"),
        (revocation_list(by=ROOT), Unfit.OTHER_CERTIFICATE,
         "it is the list of another CA, CN=Books Root"),
        (b"<html>", Unfit.NO_ANSWER, "it is no certificate revocation list"),
    ],
)  # fmt: skip
def test_a_list_that_no_client_can_use(body, unfit, detail):
    """Each has its word, and a sentence."""
    found = listed(body)
    assert found.unfit is unfit
    assert found.detail.startswith(detail)


@pytest.mark.parametrize(
    ("fields", "detail"),
    [
        ({"full_name": [x509.UniformResourceIdentifier("http://crl.example/2.crl")]},
         "it covers the certificates of another distribution point"),
        ({"only_contains_ca_certs": True}, "it does not cover certificates of servers"),
        ({"indirect_crl": True}, "it is about certificates of several CAs"),
    ],
)  # fmt: skip
def test_another_part_of_a_list_does_not_clear_a_certificate(fields, detail):
    """That it is not among the others' says nothing (RFC 5280 section 6.3.3)."""
    found = listed(revocation_list(extensions=point(**fields)))
    assert (found.status, found.unfit, found.detail) == (None, Unfit.OTHER_CERTIFICATE, detail)


def test_the_part_of_a_list_that_covers_it():
    """By its own address, and as a server's."""
    part = point(full_name=[x509.UniformResourceIdentifier(LISTS)], only_contains_user_certs=True)
    found = listed(revocation_list(extensions=part))
    assert (found.status, found.unfit) == (Revocation.GOOD, None)


def test_clocks_that_differ_a_little():
    """A few minutes are nobody's fault."""
    for now in (NOW + DAY + SLACK, NOW - DAY - SLACK):
        assert said(answer(LEAF, CA), now=now).unfit is None
        assert listed(revocation_list(), now=now).unfit is None


def test_without_the_issuers_certificate_nobody_can_say_who_signed():
    """The list is there, and its answer is kept with that doubt."""
    found = listed(revocation_list(by=STRANGER), issuer=None)
    assert (found.status, found.unfit, found.authority) == (
        Revocation.GOOD, None, Authority.UNTOLD
    )  # fmt: skip


def test_by_a_responder_that_the_ca_certified():
    """It speaks for the CA (RFC 6960 section 4.2.2.2)."""
    who, responder = delegate()
    body = (
        ocsp.OCSPResponseBuilder()
        .add_response(LEAF, CA, hashes.SHA1(), ocsp.OCSPCertStatus.GOOD, NOW, NOW + DAY, None, None)
        .responder_id(ocsp.OCSPResponderEncoding.NAME, responder)
        .certificates([responder])
        .sign(who.key, hashes.SHA256())
        .public_bytes(Encoding.DER)
    )
    found = said(body)
    assert (found.status, found.authority) == (Revocation.GOOD, Authority.DELEGATE)
