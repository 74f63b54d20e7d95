"""Signed certificate timestamps: what public logs promised (RFC 6962 section 3).

They stand in a certificate, in a TLS extension or in a stapled OCSP response, always as one
SignedCertificateTimestampList. Here they are read; whether a log's key verifies them is another
question.
"""

from datetime import UTC, datetime, timedelta

from msgspec import Struct

from tlsprobe.certs.certificate import Certificate
from tlsprobe.certs.remembering import remembered
from tlsprobe.errors import DecodeError
from tlsprobe.wire.cursor import Cursor

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LOG_ID_SIZE = 32
_V1 = 0


class Sct(Struct, frozen=True, kw_only=True):
    """One timestamp (RFC 6962 section 3.2)."""

    version: int
    """0 is v1, the only one there is."""
    log_id: bytes
    """SHA-256 of the log's public key."""
    timestamp: datetime | None
    """When the log promised, in UTC; None where it is past year 9999."""
    extensions: bytes
    hash_algorithm: int
    """By RFC 5246 section 7.4.1.4.1: 4 is SHA-256."""
    signature_algorithm: int
    """By the same: 1 is RSA, 3 is ECDSA."""
    signature: bytes
    raw: bytes
    """The whole SerializedSCT."""

    def __hash__(self) -> int:
        """Of its bytes, which remember their hash: timestamps are keys of caches."""
        return hash(self.raw)


class SctList(Struct, frozen=True, kw_only=True):
    """The timestamps of one list, and what could not be read of it."""

    scts: tuple[Sct, ...] = ()
    faults: tuple[str, ...] = ()


@remembered(1024)
def parse(body: bytes) -> SctList:
    """The timestamps in a SignedCertificateTimestampList (RFC 6962 section 3.3). Never raises."""
    scts: list[Sct] = []
    faults: list[str] = []
    try:
        outer = Cursor(body)
        entries = outer.vector(2, "SCT list", lambda block: block.opaque(2, "SCT"))
        outer.finish("SCT list")
    except DecodeError as error:
        return SctList(faults=(str(error),))
    for index, entry in enumerate(entries):
        try:
            scts.append(_sct(entry))
        except DecodeError as error:
            faults.append(f"SCT {index + 1}: {error}")
    return SctList(scts=tuple(scts), faults=tuple(faults))


def certificate_scts(certificate: Certificate) -> SctList:
    """The timestamps inside a certificate; an empty list without faults where there are none."""
    body = certificate.sct_list
    return SctList() if body is None else parse(body)


def _sct(raw: bytes) -> Sct:
    """One SerializedSCT."""
    cursor = Cursor(raw)
    version = cursor.uint(1, "SCT version")
    if version != _V1:
        raise DecodeError(f"SCT version {version} is not known", 0)
    log_id = cursor.take(_LOG_ID_SIZE, "SCT log id")
    milliseconds = cursor.uint(8, "SCT timestamp")
    extensions = cursor.opaque(2, "SCT extensions")
    hash_algorithm = cursor.uint(1, "SCT hash algorithm")
    signature_algorithm = cursor.uint(1, "SCT signature algorithm")
    signature = cursor.opaque(2, "SCT signature")
    cursor.finish("SCT")
    return Sct(
        version=version,
        log_id=log_id,
        timestamp=_moment(milliseconds),
        extensions=extensions,
        hash_algorithm=hash_algorithm,
        signature_algorithm=signature_algorithm,
        signature=signature,
        raw=raw,
    )


def _moment(milliseconds: int) -> datetime | None:
    try:
        return _EPOCH + timedelta(milliseconds=milliseconds)
    except OverflowError:
        return None
