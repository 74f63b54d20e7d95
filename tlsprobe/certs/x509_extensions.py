"""The certificate extensions that are read, each decoded on its own (RFC 5280 section 4.2).

Every decoder takes an extension's value and is total: it returns what it could read, and None or
`whole=False` where something could not be read.
"""

from ipaddress import IPv4Address, IPv6Address
from typing import NamedTuple

from tlsprobe.certs import der

SUBJECT_KEY_ID = "2.5.29.14"
KEY_USAGE = "2.5.29.15"
ALTERNATIVE_NAMES = "2.5.29.17"
BASIC_CONSTRAINTS = "2.5.29.19"
NAME_CONSTRAINTS = "2.5.29.30"
CRL_POINTS = "2.5.29.31"
AUTHORITY_KEY_ID = "2.5.29.35"
EXTENDED_KEY_USAGE = "2.5.29.37"
AUTHORITY_INFORMATION = "1.3.6.1.5.5.7.1.1"
CERTIFICATE_SCTS = "1.3.6.1.4.1.11129.2.4.2"
"""RFC 6962 section 3.3: SCTs inside a certificate."""
STAPLE_SCTS = "1.3.6.1.4.1.11129.2.4.5"
"""The same inside an OCSP response."""

NAMES = {
    SUBJECT_KEY_ID: "subjectKeyIdentifier",
    KEY_USAGE: "keyUsage",
    ALTERNATIVE_NAMES: "subjectAltName",
    BASIC_CONSTRAINTS: "basicConstraints",
    NAME_CONSTRAINTS: "nameConstraints",
    CRL_POINTS: "cRLDistributionPoints",
    AUTHORITY_KEY_ID: "authorityKeyIdentifier",
    EXTENDED_KEY_USAGE: "extKeyUsage",
    AUTHORITY_INFORMATION: "authorityInfoAccess",
    CERTIFICATE_SCTS: "SCT list",
}
"""What RFC 5280 calls them."""

SERVER_AUTH = "1.3.6.1.5.5.7.3.1"
ANY_USAGE = "2.5.29.37.0"

_OCSP = "1.3.6.1.5.5.7.48.1"
_CA_ISSUERS = "1.3.6.1.5.5.7.48.2"

_DNS_NAME = der.CONTEXT | 2
_URI = der.CONTEXT | 6
_IP_ADDRESS = der.CONTEXT | 7

_USAGES = (
    "digitalSignature", "nonRepudiation", "keyEncipherment", "dataEncipherment", "keyAgreement",
    "keyCertSign", "cRLSign", "encipherOnly", "decipherOnly",
)  # fmt: skip


class Extension(NamedTuple):
    """One extension as it stands in the certificate."""

    kind: str
    critical: bool
    body: bytes


class AlternativeNames(NamedTuple):
    """The host names and addresses of a subjectAltName; other kinds of names are left out."""

    dns: tuple[str, ...] = ()
    addresses: tuple[IPv4Address | IPv6Address, ...] = ()
    whole: bool = True


class BasicConstraints(NamedTuple):
    """Whether the key may sign certificates, and how many CAs may follow below it."""

    ca: bool
    path_length: int | None


class Pointers(NamedTuple):
    """Where to ask about revocation and for the issuer's certificate."""

    ocsp: tuple[str, ...] = ()
    ca_issuers: tuple[str, ...] = ()
    whole: bool = True


def extension(data: bytes, one: der.Element) -> Extension | None:
    """One ``Extension`` of a certificate or an OCSP response."""
    members, whole = der.elements(data, one.start, one.stop)
    if not whole or not 2 <= len(members) <= 3 or members[0].tag != der.OBJECT_IDENTIFIER:
        return None
    kind = der.oid(der.value(data, members[0]))
    if kind is None or members[-1].tag != der.OCTET_STRING:
        return None
    critical = len(members) == 3 and any(der.value(data, members[1]))
    return Extension(kind, critical, der.value(data, members[-1]))


def alternative_names(body: bytes) -> AlternativeNames:
    """The names of a subjectAltName (RFC 5280 section 4.2.1.6)."""
    names = der.inside(body, der.SEQUENCE)
    if names is None:
        return AlternativeNames(whole=False)
    dns: list[str] = []
    addresses: list[IPv4Address | IPv6Address] = []
    whole = True
    for name in names:
        if name.tag == _DNS_NAME:
            raw = der.value(body, name)
            dns.append(printable(raw))
            whole = whole and dns[-1].encode() == raw
        elif name.tag == _IP_ADDRESS:
            address = _address(der.value(body, name))
            if address is None:
                whole = False
            else:
                addresses.append(address)
    return AlternativeNames(tuple(dns), tuple(addresses), whole)


def basic_constraints(body: bytes) -> BasicConstraints | None:
    """The two fields of basicConstraints (RFC 5280 section 4.2.1.9)."""
    members = der.inside(body, der.SEQUENCE)
    if members is None:
        return None
    ca, length = False, None
    for member in members:
        if member.tag == der.BOOLEAN:
            ca = any(der.value(body, member))
        elif member.tag == der.INTEGER:
            length = der.integer(der.value(body, member))
        else:
            return None
    return BasicConstraints(ca, length)


def key_usage(body: bytes) -> frozenset[str] | None:
    """The bits of a keyUsage by their names (RFC 5280 section 4.2.1.3)."""
    one = der.element(body, 0, len(body))
    if one is None or one.tag != der.BIT_STRING or one.stop != len(body):
        return None
    bits = der.bits(der.value(body, one))
    return None if bits is None else frozenset(_USAGES[bit] for bit in bits if bit < len(_USAGES))


def extended_key_usage(body: bytes) -> tuple[str, ...] | None:
    """The object identifiers of an extKeyUsage (RFC 5280 section 4.2.1.12)."""
    members = der.inside(body, der.SEQUENCE)
    if members is None:
        return None
    usages = [der.oid(der.value(body, one)) for one in members if one.tag == der.OBJECT_IDENTIFIER]
    known = tuple(usage for usage in usages if usage is not None)
    return known if len(known) == len(members) else None


def octets(body: bytes) -> bytes | None:
    """An extension that is one OCTET STRING: subjectKeyIdentifier, SCT lists."""
    one = der.element(body, 0, len(body))
    if one is None or one.tag != der.OCTET_STRING or one.stop != len(body):
        return None
    return der.value(body, one)


def authority_key_id(body: bytes) -> bytes | None:
    """The key identifier of an authorityKeyIdentifier (RFC 5280 section 4.2.1.1); b"" where absent."""
    members = der.inside(body, der.SEQUENCE)
    if members is None:
        return None
    found = (der.value(body, one) for one in members if one.tag == der.CONTEXT)
    return next(found, b"")


def authority_information(body: bytes) -> Pointers:
    """The addresses of an authorityInfoAccess (RFC 5280 section 4.2.2.1)."""
    descriptions = der.inside(body, der.SEQUENCE)
    if descriptions is None:
        return Pointers(whole=False)
    places: dict[str | None, list[str]] = {_OCSP: [], _CA_ISSUERS: []}
    whole = True
    for one in descriptions:
        members = der.elements(body, one.start, one.stop)[0]
        if len(members) != 2:
            whole = False
        elif members[1].tag == _URI:
            method = der.oid(der.value(body, members[0]))
            places.setdefault(method, []).append(printable(der.value(body, members[1])))
    return Pointers(tuple(places[_OCSP]), tuple(places[_CA_ISSUERS]), whole)


def crl_urls(body: bytes) -> tuple[str, ...] | None:
    """The addresses in a cRLDistributionPoints (RFC 5280 section 4.2.1.13)."""
    points = der.inside(body, der.SEQUENCE)
    if points is None:
        return None
    return tuple(url for point in points for url in _uris(body, point, depth=3))


def _uris(body: bytes, one: der.Element, *, depth: int) -> list[str]:
    """URIs at most `depth` levels inside: DistributionPoint, [0] distributionPoint, [0] fullName."""
    if one.tag == _URI:
        return [printable(der.value(body, one))]
    if depth == 0 or not one.tag & 0x20:
        return []
    members = der.elements(body, one.start, one.stop)[0]
    return [url for member in members for url in _uris(body, member, depth=depth - 1)]


def _address(raw: bytes) -> IPv4Address | IPv6Address | None:
    if len(raw) == 4:
        return IPv4Address(raw)
    return IPv6Address(raw) if len(raw) == 16 else None


def printable(raw: bytes) -> str:
    r"""Text that ought to be printable ASCII; other bytes show as ``\x..``, and so match nothing."""
    text = raw.decode("latin-1")
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        character if " " <= character <= "~" else f"\\x{ord(character):02x}" for character in text
    )
