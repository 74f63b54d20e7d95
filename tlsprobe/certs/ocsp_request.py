"""A question to an OCSP responder, as most clients put it (RFC 6960 section 4.1, RFC 5019).

The issuer is named by SHA-1, which every responder knows: nothing hangs on its strength, since the
answer is signed and names the certificate as well. There is no nonce: public responders hand out
answers that were made before, and do not repeat one.
"""

from base64 import b64encode
from hashlib import sha1
from urllib.parse import quote

from tlsprobe.certs import der
from tlsprobe.certs.certificate import Certificate
from tlsprobe.certs.ocsp import key_bits

MAX_GET = 255
"""Bytes of a URL up to which a question goes by GET, which caches on the way can answer (RFC 5019
section 5); longer ones are posted."""

_SHA1 = bytes.fromhex("300906052b0e03021a0500")


def request(certificate: Certificate, issuer: Certificate) -> bytes | None:
    """An OCSPRequest for one certificate; None where its serial number cannot be read."""
    serial = certificate.serial
    if serial is None:
        return None
    # SHA-1 as a name, see above.
    name_hash = sha1(certificate.issuer_der, usedforsecurity=False).digest()
    key_hash = sha1(key_bits(issuer), usedforsecurity=False).digest()
    wanted = _sequence(
        _SHA1,
        der.encoded(der.OCTET_STRING, name_hash),
        der.encoded(der.OCTET_STRING, key_hash),
        der.encoded(der.INTEGER, der.signed(serial)),
    )
    # OCSPRequest, TBSRequest, requestList, Request.
    return _sequence(_sequence(_sequence(_sequence(wanted))))


def get_url(url: str, question: bytes) -> str | None:
    """The URL that carries the question in its path; None where it has to be posted."""
    whole = f"{url.rstrip('/')}/{quote(b64encode(question), safe='')}"
    # What stands after a ? or # is no path to go on with.
    return whole if len(whole) <= MAX_GET and not {"?", "#"} & set(url) else None


def _sequence(*members: bytes) -> bytes:
    return der.encoded(der.SEQUENCE, b"".join(members))
