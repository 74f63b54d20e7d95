"""An OCSP response, stapled or asked for: what it says, of which certificate, in whose name (RFC 6960)."""

from collections.abc import Iterator
from datetime import datetime
from enum import Enum
from hashlib import sha1, sha256

from msgspec import Struct

from tlsprobe.certs import certificate as certificates
from tlsprobe.certs import der, signatures, x509_extensions
from tlsprobe.certs.certificate import Certificate
from tlsprobe.certs.crl import named_reason
from tlsprobe.certs.distinguished_name import decode
from tlsprobe.certs.remembering import remembered

_BASIC = "1.3.6.1.5.5.7.48.1.1"
_HASHES = {"1.3.14.3.2.26": sha1, "2.16.840.1.101.3.4.2.1": sha256}
_ANSWERED = 0
_NAMES = {1: "malformed request", 2: "internal error", 3: "try later", 5: "signature required",
          6: "unauthorized"}  # fmt: skip
_MAY_SIGN = "1.3.6.1.5.5.7.3.9"
"""The extended key usage OCSPSigning (RFC 6960 section 4.2.2.2)."""
_MOST_DELEGATES = 4
"""Honest responses bring one certificate, and perhaps those above it."""


class Revocation(Enum):
    """What a responder says of a certificate."""

    GOOD = "good"
    REVOKED = "revoked"
    UNKNOWN = "unknown"


class Authority(Enum):
    """In what capacity somebody signed a response (RFC 6960 section 4.2.2.2)."""

    ISSUER = "issuer"
    """The CA that issued the certificate."""
    DELEGATE = "delegate"
    """A responder that this CA has certified for signing responses."""
    NOBODY = "nobody"
    """Neither."""
    UNTOLD = "untold"
    """It cannot be said."""


class SingleResponse(Struct, frozen=True, kw_only=True):
    """What is said of one certificate (RFC 6960 section 4.2.1)."""

    status: Revocation
    serial: int | None
    hash_algorithm: str | None
    """Object identifier of the hash that the issuer is named by."""
    issuer_name_hash: bytes
    issuer_key_hash: bytes
    revoked_at: datetime | None
    reason: str | None
    """Why it was revoked, as RFC 5280 section 5.3.1 calls it; None where that is not said."""
    this_update: datetime | None
    next_update: datetime | None
    sct_list: bytes | None
    """The SignedCertificateTimestampList that the responder passes on (RFC 6962 section 3.3)."""

    def is_about(self, certificate: Certificate, issuer: Certificate) -> bool | None:
        """Whether it speaks of `certificate` as issued by `issuer`; None for an unknown hash."""
        digest = _HASHES.get(self.hash_algorithm or "")
        named = self.names_issuer(certificate)
        if digest is None or named is None:
            return None
        return (
            named
            and self.serial is not None
            and self.serial == certificate.serial
            and self.issuer_key_hash == digest(key_bits(issuer)).digest()
        )

    def names_issuer(self, certificate: Certificate) -> bool | None:
        """Whether it names the issuer of `certificate`, by name alone; None for an unknown hash."""
        digest = _HASHES.get(self.hash_algorithm or "")
        if digest is None:
            return None
        return self.issuer_name_hash == digest(certificate.issuer_der).digest()


class OcspResponse(Struct, frozen=True, kw_only=True):
    """A response as far as it could be read."""

    refusal: str | None = None
    """Why the responder did not answer; None where it did."""
    responder: str = ""
    """Its name, or ``key `` and the SHA-1 of its key in hex."""
    produced_at: datetime | None = None
    responses: tuple[SingleResponse, ...] = ()
    certificates: tuple[Certificate, ...] = ()
    """Of the responder, where it is not the issuer itself."""
    algorithm: bytes = b""
    """The AlgorithmIdentifier of the signature."""
    signature: bytes = b""
    signed: bytes = b""
    """The ResponseData as encoded: what the signature is over."""
    faults: tuple[str, ...] = ()

    @property
    def sct_list(self) -> bytes | None:
        """The first SignedCertificateTimestampList in it; None where there is none."""
        found = (one.sct_list for one in self.responses if one.sct_list is not None)
        return next(found, None)

    def signed_by(self, spki: bytes) -> bool | None:
        """Whether it verifies under the key of a SubjectPublicKeyInfo; None where that can't be said."""
        return signatures.verifies(spki, self.algorithm, self.signature, self.signed)


@remembered(512)
def authority(data: bytes, issuer: Certificate) -> Authority:
    """In what capacity the response in `data` was signed, for certificates that `issuer` has issued."""
    response = parse(data)
    answer = response.signed_by(issuer.spki_der)
    if answer is True:
        return Authority.ISSUER
    for one in response.certificates[:_MOST_DELEGATES]:
        certified = one.signed_by(issuer.spki_der) and _MAY_SIGN in (one.extended_key_usage or ())
        if certified and response.signed_by(one.spki_der) is True:
            return Authority.DELEGATE
    return Authority.UNTOLD if answer is None or not response.signature else Authority.NOBODY


@remembered(512)
def parse(data: bytes) -> OcspResponse:
    """The facts of a DER OCSPResponse (RFC 6960 section 4.2.1). Never raises."""
    outer = der.inside(data, der.SEQUENCE)
    if not outer or outer[0].tag != der.ENUMERATED:
        return OcspResponse(faults=("it is no OCSP response",))
    status = der.integer(der.value(data, outer[0]))
    if status != _ANSWERED:
        return OcspResponse(refusal=_NAMES.get(status or 0, f"status {status}"))
    body = _basic(data, outer[1:])
    parts = None if body is None else der.inside(body, der.SEQUENCE)
    if body is None or parts is None or [one.tag for one in parts[:3]] != [
        der.SEQUENCE, der.SEQUENCE, der.BIT_STRING,
    ]:  # fmt: skip
        return OcspResponse(faults=("it holds no BasicOCSPResponse",))
    return _response(body, parts)


def _basic(data: bytes, rest: list[der.Element]) -> bytes | None:
    """The BasicOCSPResponse inside the OCSPResponse's ResponseBytes."""
    if not rest or rest[0].tag != der.CONSTRUCTED:
        return None
    members = der.inside(der.value(data, rest[0]), der.SEQUENCE)
    inner = der.value(data, rest[0])
    if members is None or [one.tag for one in members] != [
        der.OBJECT_IDENTIFIER, der.OCTET_STRING,
    ]:  # fmt: skip
        return None
    kind, body = members
    return der.value(inner, body) if der.oid(der.value(inner, kind)) == _BASIC else None


def _response(body: bytes, parts: list[der.Element]) -> OcspResponse:
    """A BasicOCSPResponse."""
    faults: list[str] = []
    members, whole = der.elements(body, parts[0].start, parts[0].stop)
    if members and members[0].tag == der.CONSTRUCTED:
        del members[0]  # the version
    tags = [one.tag for one in members]
    if not whole or tags[1:3] != [der.GENERALIZED_TIME, der.SEQUENCE]:
        return OcspResponse(faults=("its response data cannot be read",))
    singles = der.elements(body, members[2].start, members[2].stop)[0]
    responses = [_single(body, one) for one in singles]
    if not responses or None in responses:
        faults.append("an answer in it cannot be read")
    return OcspResponse(
        responder=_responder(body, members[0]),
        produced_at=der.moment(members[1].tag, der.value(body, members[1])),
        responses=tuple(one for one in responses if one is not None),
        certificates=tuple(_certificates(body, parts[3:])),
        algorithm=der.whole(body, parts[1]),
        signature=der.value(body, parts[2])[1:],
        signed=der.whole(body, parts[0]),
        faults=tuple(faults),
    )


def _responder(body: bytes, one: der.Element) -> str:
    """A ResponderID: a name, or the hash of a key."""
    inner = der.value(body, one)
    if one.tag == der.CONSTRUCTED | 1:
        return decode(inner).text
    return f"key {(x509_extensions.octets(inner) or b'').hex()}"


def _certificates(body: bytes, rest: list[der.Element]) -> Iterator[Certificate]:
    for one in rest:
        if one.tag == der.CONSTRUCTED:
            inner = der.value(body, one)
            for member in der.inside(inner, der.SEQUENCE) or ():
                yield certificates.parse(der.whole(inner, member))


def _single(body: bytes, one: der.Element) -> SingleResponse | None:
    """One SingleResponse: certID, certStatus, thisUpdate, nextUpdate, extensions."""
    members, whole = der.elements(body, one.start, one.stop)
    if not whole or len(members) < 3 or members[2].tag != der.GENERALIZED_TIME:
        return None
    named = der.elements(body, members[0].start, members[0].stop)[0]
    status = _status(members[1])
    if status is None or [part.tag for part in named] != [
        der.SEQUENCE, der.OCTET_STRING, der.OCTET_STRING, der.INTEGER,
    ]:  # fmt: skip
        return None
    algorithm = der.elements(body, named[0].start, named[0].stop)[0]
    optional = {member.tag: der.value(body, member) for member in members[3:]}
    return SingleResponse(
        status=status,
        hash_algorithm=der.oid(der.value(body, algorithm[0])) if algorithm else None,
        issuer_name_hash=der.value(body, named[1]),
        issuer_key_hash=der.value(body, named[2]),
        serial=der.integer(der.value(body, named[3])),
        revoked_at=_time(der.value(body, members[1])) if status is Revocation.REVOKED else None,
        reason=_reason(body, members[1]) if status is Revocation.REVOKED else None,
        this_update=der.moment(members[2].tag, der.value(body, members[2])),
        next_update=_time(optional.get(der.CONSTRUCTED, b"")),
        sct_list=_sct_list(optional.get(der.CONSTRUCTED | 1, b"")),
    )


def _status(one: der.Element) -> Revocation | None:
    """A CertStatus: [0] and [2] are NULL, [1] is a RevokedInfo."""
    return {
        der.CONTEXT: Revocation.GOOD,
        der.CONSTRUCTED | 1: Revocation.REVOKED,
        der.CONTEXT | 2: Revocation.UNKNOWN,
    }.get(one.tag)


def _reason(body: bytes, one: der.Element) -> str | None:
    """The revocationReason of a RevokedInfo."""
    for member in der.elements(body, one.start, one.stop)[0]:
        if member.tag == der.CONSTRUCTED:
            return named_reason(der.value(body, member))
    return None


def _time(body: bytes) -> datetime | None:
    """The time that `body` begins with."""
    one = der.element(body, 0, len(body))
    return None if one is None else der.moment(one.tag, der.value(body, one))


def _sct_list(extensions: bytes) -> bytes | None:
    """The SCT list among the extensions of a SingleResponse."""
    for one in der.inside(extensions, der.SEQUENCE) or ():
        extension = x509_extensions.extension(extensions, one)
        if extension is not None and extension.kind == x509_extensions.STAPLE_SCTS:
            return x509_extensions.octets(extension.body)
    return None


def key_bits(certificate: Certificate) -> bytes:
    """The key itself without algorithm, tag and length: what an issuer key hash is over."""
    members = der.inside(certificate.spki_der, der.SEQUENCE)
    return der.value(certificate.spki_der, members[1])[1:] if members and len(members) == 2 else b""
