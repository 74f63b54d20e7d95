"""Certificates that come in a bundle: a PKCS #7 message which signs nothing (RFC 5280 section 4.2.2.1)."""

from tlsprobe.certs import certificate as certificates
from tlsprobe.certs import der
from tlsprobe.certs.certificate import Certificate

MAX_BUNDLED = 16
"""Certificates that are taken out of one; honest bundles have one to five."""

_SIGNED_DATA = "1.2.840.113549.1.7.2"


def bundled(data: bytes) -> tuple[Certificate, ...]:
    """The certificates of a degenerate SignedData (RFC 2315 section 9.1). Never raises."""
    outer = der.inside(data, der.SEQUENCE)
    if outer is None or [one.tag for one in outer] != [der.OBJECT_IDENTIFIER, der.CONSTRUCTED]:
        return ()
    if der.oid(der.value(data, outer[0])) != _SIGNED_DATA:
        return ()
    body = der.value(data, outer[1])
    for one in der.inside(body, der.SEQUENCE) or ():
        if one.tag == der.CONSTRUCTED:
            members = der.elements(body, one.start, one.stop)[0]
            return tuple(
                certificates.parse(der.whole(body, each))
                for each in members[:MAX_BUNDLED]
                if each.tag == der.SEQUENCE
            )
    return ()
