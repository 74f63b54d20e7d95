"""Did a known log promise this very certificate? (RFC 6962 sections 3.2 and 3.4).

What a log signs for a timestamp beside a certificate is the certificate. For one inside, it is the
precertificate: the TBSCertificate without the timestamps, and the SHA-256 of its issuer's key. That is
the key of whoever signed the final certificate, also where a special one signed the precertificate.
So such a timestamp holds for one subject, key and issuer: it can be copied, but then it does not
verify.
"""

from collections.abc import Iterable
from enum import Enum
from typing import NamedTuple

from tlsprobe.certs import der, signatures, x509_extensions
from tlsprobe.certs.certificate import Certificate
from tlsprobe.certs.ct_log import Log, LogList
from tlsprobe.certs.remembering import remembered
from tlsprobe.certs.sct import Sct

_ECDSA_SHA256 = bytes.fromhex("300a06082a8648ce3d040302")
_RSA_SHA256 = bytes.fromhex("300d06092a864886f70d01010b0500")
_ALGORITHMS = {"EC": (3, _ECDSA_SHA256), "RSA": (1, _RSA_SHA256)}
"""How logs sign, by the kind of their key (section 2.1.4): number in an SCT, AlgorithmIdentifier."""
_SHA256 = 4
_TIMESTAMP = slice(33, 41)
"""Where the time stands in a SerializedSCT, as it was signed."""


class SctStatus(Enum):
    """What became of a timestamp."""

    VERIFIED = "verified"
    FAILED = "failed"
    """Its log did not sign it for this certificate."""
    UNKNOWN_LOG = "unknown-log"
    UNTOLD = "untold"
    """It cannot be said: the issuer's key is not known, or the certificate cannot be read."""


class CheckedSct(NamedTuple):
    """A timestamp held against the key of its log."""

    status: SctStatus
    log: Log | None


@remembered(4096)
def check_embedded(
    certificate: Certificate, sct: Sct, issuers: frozenset[bytes], logs: LogList
) -> CheckedSct:
    """A timestamp inside `certificate`; `issuers` are hashes of the keys that may have signed that.

    It verifies if it does for one of them; where there is none, nobody can say.
    """
    log = logs.find(sct.log_id)
    if log is None:
        return CheckedSct(SctStatus.UNKNOWN_LOG, None)
    body = precertificate(certificate)
    if body is None:
        return CheckedSct(SctStatus.UNTOLD, log)
    entries = (b"\0\1" + issuer + _opaque24(body) for issuer in sorted(issuers))
    return CheckedSct(_status(sct, log, entries), log)


@remembered(1024)
def check_beside(certificate: Certificate, sct: Sct, logs: LogList) -> CheckedSct:
    """A timestamp that came beside `certificate`, in a TLS extension or a staple."""
    log = logs.find(sct.log_id)
    if log is None:
        return CheckedSct(SctStatus.UNKNOWN_LOG, None)
    return CheckedSct(_status(sct, log, [b"\0\0" + _opaque24(certificate.der)]), log)


@remembered(1024)
def precertificate(certificate: Certificate) -> bytes | None:
    """The TBSCertificate as a log saw it: without the list of timestamps. None where that is not there.

    The lengths around it are encoded anew, everything else stays as it is, so that what strict parsers
    refuse is rebuilt as well.
    """
    data = certificate.der
    body = der.element(data, certificate.outline.signed[0], len(data))
    if body is None or certificate.outline.fault is not None:
        return None
    fields, whole = der.elements(data, body.start, body.stop)
    if not whole or not fields or fields[-1].tag != der.CONSTRUCTED | 3:
        return None
    inner = der.value(data, fields[-1])
    members = der.inside(inner, der.SEQUENCE)
    if members is None:
        return None
    kept = [der.whole(inner, one) for one in members if not _is_sct_list(inner, one)]
    if len(kept) + 1 != len(members):
        return None
    extensions = der.encoded(fields[-1].tag, der.encoded(der.SEQUENCE, b"".join(kept)))
    before = data[body.start : fields[-1].at]
    return der.encoded(der.SEQUENCE, before + (extensions if kept else b""))


def _is_sct_list(data: bytes, one: der.Element) -> bool:
    extension = x509_extensions.extension(data, one)
    return extension is not None and extension.kind == x509_extensions.CERTIFICATE_SCTS


def _status(sct: Sct, log: Log, entries: Iterable[bytes]) -> SctStatus:
    """Whether the log's key signed the timestamp over one of the entries."""
    key = log.key
    number, algorithm = _ALGORITHMS.get(signatures.key_type(key).partition(" ")[0], (0, b""))
    answers: set[bool | None] = set()
    for entry in entries:
        signed = b"\0\0" + sct.raw[_TIMESTAMP] + entry + _opaque16(sct.extensions)
        answers.add(signatures.verifies(key, algorithm, sct.signature, signed))
        if True in answers:
            break
    if (sct.hash_algorithm, sct.signature_algorithm) != (_SHA256, number) and answers:
        return SctStatus.FAILED  # no log signs otherwise than its key can
    if True in answers:
        return SctStatus.VERIFIED
    return SctStatus.FAILED if answers == {False} else SctStatus.UNTOLD


def _opaque16(body: bytes) -> bytes:
    return len(body).to_bytes(2) + body


def _opaque24(body: bytes) -> bytes:
    # A certificate of 16 MiB or more never gets this far: see handshake.reader.
    return len(body).to_bytes(3) + body
