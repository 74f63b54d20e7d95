"""A certificate revocation list, read for one serial number at a time (RFC 5280 section 5).

Lists of tens of megabytes exist, with hundreds of thousands of entries, so that no value is made of
any entry but the one that is asked for. A serial number has one encoding in DER: where its bytes stand
nowhere in the list it is not in it, and only where they do are the entries walked, one by one, since
the same bytes may stand inside another entry.
"""

from datetime import datetime
from typing import NamedTuple

from msgspec import Struct

from tlsprobe.certs import der, signatures, x509_extensions
from tlsprobe.certs.x509_extensions import Extension

REASONS = {
    0: "unspecified", 1: "keyCompromise", 2: "cACompromise", 3: "affiliationChanged",
    4: "superseded", 5: "cessationOfOperation", 6: "certificateHold", 8: "removeFromCRL",
    9: "privilegeWithdrawn", 10: "aACompromise",
}  # fmt: skip
"""What RFC 5280 section 5.3.1 calls the reasons of a CRLReason."""

_DELTA = "2.5.29.27"
_ISSUING_POINT = "2.5.29.28"
_REASON = "2.5.29.21"
_KNOWN = frozenset((_ISSUING_POINT, x509_extensions.AUTHORITY_KEY_ID, "2.5.29.20"))
_TIMES = (der.UTC_TIME, der.GENERALIZED_TIME)
_PEM = b"-----BEGIN X509 CRL-----"


class Entry(NamedTuple):
    """What a list says of one certificate."""

    revoked_at: datetime | None
    """None where the time cannot be read."""
    reason: str | None
    """None where none is given."""


class Search(NamedTuple):
    """What came of looking for a serial number."""

    entry: Entry | None = None
    """None where the list does not have it."""
    fault: str | None = None
    """Why it cannot be said whether the list has it."""


class Scope(NamedTuple):
    """Which certificates a list is about, of those that its issuer has issued (section 5.2.5)."""

    urls: tuple[str, ...] = ()
    """The distribution points whose certificates it covers; none where it covers all."""
    servers: bool = True
    cas: bool = True
    limit: str | None = None
    """Why it is no whole list of a CA's own certificates; None where it is."""


class CertificateList(Struct, frozen=True, kw_only=True):
    """A list as far as it could be read; `find` looks into it."""

    der: bytes
    """As it came."""
    fault: str | None = None
    """What cannot be read; then nothing else counts."""
    issuer: bytes = b""
    """The issuer's name as encoded."""
    this_update: datetime | None = None
    next_update: datetime | None = None
    entries: tuple[int, int] = (0, 0)
    """Where the entries begin and end."""
    signed: tuple[int, int] = (0, 0)
    """Where what the signature is over begins and ends."""
    algorithm: bytes = b""
    """The AlgorithmIdentifier of the signature."""
    signature: bytes = b""
    scope: Scope = Scope()

    def signed_by(self, spki: bytes) -> bool | None:
        """Whether it verifies under the key of a SubjectPublicKeyInfo; None where that can't be said."""
        signed = self.der[slice(*self.signed)]
        return signatures.verifies(spki, self.algorithm, self.signature, signed)

    def find(self, serial: int) -> Search:
        """What it says of the certificate with that number."""
        number = der.encoded(der.INTEGER, der.signed(serial))
        at, stop = self.entries
        wanted = self.der.find(number, at, stop)
        while wanted >= 0:
            one = _entry_at(self.der, at, stop, wanted)
            if one is None:
                return Search(fault="its entries cannot be read")
            if one.start == wanted and wanted + len(number) <= one.stop:
                return Search(_entry(self.der, one))
            at = one.stop
            wanted = self.der.find(number, at, stop)
        return Search()


def _entry_at(data: bytes, at: int, stop: int, wanted: int) -> der.Element | None:
    """The entry that `wanted` lies in; None where the way there from `at` cannot be read."""
    while at < stop:
        # Nearly all entries are as short as this, and there may be a million of them.
        if at + 2 <= stop and data[at] == der.SEQUENCE and data[at + 1] < 0x80:
            after = at + 2 + data[at + 1]
            if after <= wanted:
                at = after
                continue
        one = der.element(data, at, stop)
        if one is None or one.tag != der.SEQUENCE:
            return None
        if wanted < one.stop:
            return one
        at = one.stop
    return None


def parse(data: bytes) -> CertificateList:
    """The frame of a DER CertificateList (RFC 5280 section 5.1). Never raises."""
    outer = der.inside(data, der.SEQUENCE)
    tags = [] if outer is None else [one.tag for one in outer]
    if outer is None or tags != [der.SEQUENCE, der.SEQUENCE, der.BIT_STRING]:
        return CertificateList(der=data, fault="it is no certificate revocation list")
    body, algorithm, signature = outer
    members, whole = der.elements(data, body.start, body.stop)
    if members and members[0].tag == der.INTEGER:
        del members[0]  # the version
    tags = [one.tag for one in members]
    if not whole or tags[:2] != [der.SEQUENCE, der.SEQUENCE] or tags[2:3] not in _one_of(_TIMES):
        return CertificateList(der=data, fault="it is no certificate revocation list")
    ends = members[3] if tags[3:4] in _one_of(_TIMES) else None
    rest = members[3:] if ends is None else members[4:]
    entries = next((one for one in rest if one.tag == der.SEQUENCE), None)
    return CertificateList(
        der=data,
        issuer=der.whole(data, members[1]),
        this_update=der.moment(members[2].tag, der.value(data, members[2])),
        next_update=None if ends is None else der.moment(ends.tag, der.value(data, ends)),
        entries=(0, 0) if entries is None else (entries.start, entries.stop),
        signed=(body.at, body.stop),
        algorithm=der.whole(data, algorithm),
        # The first byte counts unused bits, of which a signature has none.
        signature=der.value(data, signature)[1:],
        scope=_scope(data, next((one for one in rest if one.tag == der.CONSTRUCTED), None)),
    )


def begins(data: bytes) -> bool:
    """Whether bytes are a list, or the beginning of one that is cut off anywhere behind its times.

    A list in PEM is one as well, though RFC 5280 section 4.2.1.13 has only the other form.
    """
    if data.startswith(_PEM):
        return True
    outer = der.opening(data, 0, len(data))
    body = None if outer is None else der.opening(data, outer.start, outer.stop)
    if outer is None or body is None or outer.tag != der.SEQUENCE or body.tag != der.SEQUENCE:
        return False
    tags = [one.tag for one in der.elements(data, body.start, body.stop)[0]]
    if tags[:1] == [der.INTEGER]:
        del tags[0]  # the version
    return tags[:2] == [der.SEQUENCE, der.SEQUENCE] and tags[2:3] in _one_of(_TIMES)


def _one_of(tags: tuple[int, ...]) -> list[list[int]]:
    return [[tag] for tag in tags]


def _scope(data: bytes, one: der.Element | None) -> Scope:
    """What the extensions of a list say of the certificates that it covers."""
    scope = Scope()
    for extension in () if one is None else _extensions(der.value(data, one)):
        if extension is None:
            return Scope(limit="its extensions cannot be read")
        if extension.kind == _ISSUING_POINT:
            scope = _issuing_point(extension.body)
        elif extension.kind == _DELTA:
            return Scope(limit="it tells changes to another list only")
        elif extension.critical and extension.kind not in _KNOWN:
            return Scope(limit=f"it has the critical extension {extension.kind}, unknown here")
    return scope


def _issuing_point(body: bytes) -> Scope:
    """An IssuingDistributionPoint."""
    members = der.inside(body, der.SEQUENCE)
    if members is None:
        return Scope(limit="its distribution point cannot be read")
    said = {one.tag: any(der.value(body, one)) for one in members}
    limit = None
    if der.CONTEXT | 3 in said:
        limit = "it is for some reasons of revocation only"
    elif said.get(der.CONTEXT | 4):
        limit = "it is about certificates of several CAs"
    elif said.get(der.CONTEXT | 5):
        limit = "it is about attribute certificates only"
    return Scope(
        urls=x509_extensions.crl_urls(body) or (),
        servers=not said.get(der.CONTEXT | 2),
        cas=not said.get(der.CONTEXT | 1),
        limit=limit,
    )


def _extensions(sequence: bytes) -> list[Extension | None]:
    """The members of an Extensions; one that cannot be read is None."""
    members = der.inside(sequence, der.SEQUENCE)
    if members is None:
        return [None]
    return [x509_extensions.extension(sequence, one) for one in members]


def _entry(data: bytes, one: der.Element) -> Entry:
    """An entry: serial number, time, extensions."""
    members = der.elements(data, one.start, one.stop)[0]
    when = members[1] if len(members) > 1 else None
    reason = None
    if len(members) > 2:
        for extension in _extensions(der.whole(data, members[2])):
            if extension is not None and extension.kind == _REASON:
                reason = named_reason(extension.body)
    return Entry(None if when is None else der.moment(when.tag, der.value(data, when)), reason)


def named_reason(body: bytes) -> str | None:
    """A CRLReason in words; its number where it has none, None where it is none."""
    one = der.element(body, 0, len(body))
    number = None if one is None or one.tag != der.ENUMERATED else der.integer(der.value(body, one))
    return None if number is None else REASONS.get(number, f"reason {number}")
