"""An answer about one certificate's revocation, from an OCSP responder or a list, and whether it will do.

An answer that a client could not use is kept with the reason, and with what it says all the same: who
reads it has to know why the lookup fails although something answers.
"""

from datetime import datetime, timedelta
from enum import Enum

from msgspec import Struct

from tlsprobe.certs import crl, ocsp
from tlsprobe.certs.certificate import Certificate
from tlsprobe.certs.crl import CertificateList
from tlsprobe.certs.distinguished_name import decode
from tlsprobe.certs.ocsp import Authority, OcspResponse, Revocation, SingleResponse

SLACK = timedelta(minutes=5)
"""Clocks differ that much without anything being wrong."""


class Unfit(Enum):
    """Why an answer is of no use. The words are part of the JSON and never renamed."""

    NO_ANSWER = "no-answer"
    """Other bytes than those that were asked for, such as a page."""
    REFUSED = "refused"
    """The responder says that it does not answer, by OCSP or by an error of HTTP."""
    OTHER_CERTIFICATE = "other-certificate"
    """It is about others: another serial number or issuer, another part of a list."""
    WRONG_SIGNER = "wrong-signer"
    """Nobody signed it who may speak for the issuer."""
    UNKNOWN = "unknown"
    """The responder does not know the certificate."""
    OUT_OF_DATE = "out-of-date"
    NOT_BEGUN = "not-begun"


class Answer(Struct, frozen=True, kw_only=True):
    """What was answered about one certificate."""

    status: Revocation | None = None
    """None where it says nothing of this certificate."""
    unfit: Unfit | None = None
    """None where a client can use it."""
    detail: str = ""
    """Why it can't, in words."""
    authority: Authority = Authority.UNTOLD
    """In what capacity it was signed; UNTOLD as well where the issuer's certificate is not at hand."""
    revoked_at: datetime | None = None
    reason: str | None = None
    this_update: datetime | None = None
    next_update: datetime | None = None


def from_ocsp(data: bytes, certificate: Certificate, issuer: Certificate, now: datetime) -> Answer:
    """What an OCSP response says of `certificate`, as of `now` (RFC 6960 section 3.2)."""
    response = ocsp.parse(data)
    single = _about(response, certificate, issuer)
    if response.refusal is not None:
        return Answer(unfit=Unfit.REFUSED, detail=f"the responder refused: {response.refusal}")
    if not response.responses:
        fault = "; ".join(response.faults) or "there is no answer in it"
        return Answer(unfit=Unfit.NO_ANSWER, detail=fault)
    authority = ocsp.authority(data, issuer)
    if single is None:
        return Answer(
            unfit=Unfit.OTHER_CERTIFICATE,
            detail="it is about another certificate",
            authority=authority,
        )
    unfit, detail = _usable(authority, single.this_update, single.next_update, now)
    if unfit is None and single.status is Revocation.UNKNOWN:
        unfit, detail = Unfit.UNKNOWN, "the responder does not know the certificate"
    return Answer(
        status=single.status,
        unfit=unfit,
        detail=detail,
        authority=authority,
        revoked_at=single.revoked_at,
        reason=single.reason,
        this_update=single.this_update,
        next_update=single.next_update,
    )


def _about(
    response: OcspResponse, certificate: Certificate, issuer: Certificate
) -> SingleResponse | None:
    for one in response.responses:
        if one.is_about(certificate, issuer):
            return one
    return None


def from_list(
    listed: CertificateList, certificate: Certificate, authority: Authority, now: datetime
) -> Answer:
    """What a list says of `certificate`, as of `now` (RFC 5280 section 6.3.3).

    `authority` is that of its `signer` in the eyes of the certificate's issuer.
    """
    if listed.fault is not None:
        return Answer(unfit=Unfit.NO_ANSWER, detail=listed.fault)
    elsewhere = _elsewhere(listed, certificate)
    if certificate.serial is None:
        search = crl.Search(fault="the certificate's serial number cannot be read")
    else:
        search = listed.find(certificate.serial)
    unfit, detail = _usable(authority, listed.this_update, listed.next_update, now)
    if elsewhere is not None:
        unfit, detail = Unfit.OTHER_CERTIFICATE, elsewhere
    elif search.fault is not None:
        unfit, detail = Unfit.NO_ANSWER, search.fault
    entry = search.entry
    status = Revocation.GOOD if entry is None else Revocation.REVOKED
    return Answer(
        status=None if elsewhere or search.fault else status,
        unfit=unfit,
        detail=detail,
        authority=authority,
        revoked_at=None if entry is None else entry.revoked_at,
        reason=None if entry is None else entry.reason,
        this_update=listed.this_update,
        next_update=listed.next_update,
    )


def signer(listed: CertificateList, issuer: Certificate | None) -> Authority:
    """Who signed a list; untold without the issuer's certificate. It reads the whole of it."""
    verified = None if issuer is None else listed.signed_by(issuer.spki_der)
    if verified is None:
        return Authority.UNTOLD
    return Authority.ISSUER if verified else Authority.NOBODY


def _elsewhere(listed: CertificateList, certificate: Certificate) -> str | None:
    """Why a list is not the one that covers the certificate; None where it is."""
    scope = listed.scope
    if decode(listed.issuer).normalised != certificate.issuer_name.normalised:
        return f"it is the list of another CA, {decode(listed.issuer).text}"
    if scope.limit is not None:
        return scope.limit
    if not (scope.cas if certificate.is_ca else scope.servers):
        return f"it does not cover certificates of {'CAs' if certificate.is_ca else 'servers'}"
    if scope.urls and certificate.crl_urls and set(scope.urls).isdisjoint(certificate.crl_urls):
        return "it covers the certificates of another distribution point"
    return None


def _usable(
    authority: Authority, begin: datetime | None, end: datetime | None, now: datetime
) -> tuple[Unfit | None, str]:
    """Whether a client can use an answer that is about the right certificate."""
    if authority is Authority.NOBODY:
        return Unfit.WRONG_SIGNER, "nobody signed it who may speak for the certificate's CA"
    if end is not None and end + SLACK < now:
        return (
            Unfit.OUT_OF_DATE,
            f"it ended on {end:%Y-%m-%d %H:%M} UTC, or the clock here is wrong",
        )
    if begin is None:
        return Unfit.NO_ANSWER, "the time of it cannot be read"
    if begin - SLACK > now:
        return (
            Unfit.NOT_BEGUN,
            f"it begins on {begin:%Y-%m-%d %H:%M} UTC, or the clock here is wrong",
        )
    return None, ""
