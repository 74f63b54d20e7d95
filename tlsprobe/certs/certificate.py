"""One certificate's facts. A broken certificate is a fact too: nothing here raises.

`parse` takes any bytes. Every fact is read when it is first asked for, and each on its own, so
that what cannot be read costs itself alone and what nobody asks costs nothing. `faults` names what
could not be read.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from hashlib import sha256
from ipaddress import IPv4Address, IPv6Address
from typing import NamedTuple

from cryptography.hazmat.primitives.asymmetric.types import PublicKeyTypes

from tlsprobe.certs import der, signatures, x509_extensions
from tlsprobe.certs.distinguished_name import (
    COMMON_NAME,
    EMAIL,
    ORGANISATION,
    UNIT,
    DistinguishedName,
    decode,
)
from tlsprobe.certs.remembering import remembered


class Outline(NamedTuple):
    """Where the parts of a certificate lie (RFC 5280 section 4.1); b"" for what was not found."""

    signed: tuple[int, int] = (0, 0)
    """Where the TBSCertificate begins and ends: what the signature is over."""
    algorithm: bytes = b""
    """The AlgorithmIdentifier beside the signature."""
    signature: bytes = b""
    version: int | None = 1
    """1 to 3; None where it cannot be read."""
    serial: int | None = None
    inner_algorithm: bytes = b""
    """The AlgorithmIdentifier inside, which must be the same."""
    issuer: bytes = b""
    not_before: datetime | None = None
    not_after: datetime | None = None
    subject: bytes = b""
    spki: bytes = b""
    extensions: bytes = b""
    """The SEQUENCE of extensions."""
    fault: str | None = None
    """Where the walk broke off."""


@dataclass(frozen=True)
class Certificate:
    """A certificate, made by `parse`. Equal when the bytes are.

    Not slotted, unlike other values: `cached_property` keeps in the instance what was read.
    """

    der: bytes
    """As presented."""

    def __hash__(self) -> int:
        """Of the bytes, which remember their hash: certificates are keys of caches."""
        return hash(self.der)

    def __repr__(self) -> str:
        """Enough to tell it from others in a debugger."""
        return f"Certificate({self.subject!r}, sha256={self.sha256.hex()[:16]}…)"

    @cached_property
    def outline(self) -> Outline:
        """Its parts as encoded."""
        return _outline(self.der)

    @cached_property
    def sha256(self) -> bytes:
        """SHA-256 of the whole certificate."""
        return sha256(self.der).digest()

    @property
    def spki_der(self) -> bytes:
        """The SubjectPublicKeyInfo as encoded; b"" where it was not found."""
        return self.outline.spki

    @cached_property
    def spki_sha256(self) -> bytes:
        """SHA-256 of the SubjectPublicKeyInfo: what pins and trust stores know a key by."""
        return sha256(self.outline.spki).digest()

    @property
    def subject_der(self) -> bytes:
        """The subject's name as encoded; b"" where it was not found."""
        return self.outline.subject

    @property
    def issuer_der(self) -> bytes:
        """The issuer's name as encoded; b"" where it was not found."""
        return self.outline.issuer

    @property
    def subject_name(self) -> DistinguishedName:
        """The subject's name, decoded."""
        return decode(self.outline.subject)

    @property
    def issuer_name(self) -> DistinguishedName:
        """The issuer's name, decoded."""
        return decode(self.outline.issuer)

    @property
    def subject(self) -> str:
        """The subject for people, in the form of RFC 4514: ``CN=example.com,O=Example,C=US``."""
        return self.subject_name.text

    @property
    def issuer(self) -> str:
        """The issuer for people, in the same form."""
        return self.issuer_name.text

    @property
    def subject_common_names(self) -> tuple[str, ...]:
        """The common names of the subject."""
        return self.subject_name.values(COMMON_NAME)

    @property
    def subject_organisations(self) -> tuple[str, ...]:
        """The organisations of the subject."""
        return self.subject_name.values(ORGANISATION)

    @property
    def subject_units(self) -> tuple[str, ...]:
        """The organisational units of the subject."""
        return self.subject_name.values(UNIT)

    @property
    def subject_emails(self) -> tuple[str, ...]:
        """The e-mail addresses in the subject."""
        return self.subject_name.values(EMAIL)

    @property
    def issuer_common_names(self) -> tuple[str, ...]:
        """The common names of the issuer."""
        return self.issuer_name.values(COMMON_NAME)

    @property
    def issuer_organisations(self) -> tuple[str, ...]:
        """The organisations of the issuer."""
        return self.issuer_name.values(ORGANISATION)

    @property
    def issuer_units(self) -> tuple[str, ...]:
        """The organisational units of the issuer."""
        return self.issuer_name.values(UNIT)

    @property
    def issuer_emails(self) -> tuple[str, ...]:
        """The e-mail addresses in the issuer: some products write one."""
        return self.issuer_name.values(EMAIL)

    @property
    def serial(self) -> int | None:
        """The serial number; CAs gone by and bad imitations have negative ones."""
        return self.outline.serial

    @property
    def not_before(self) -> datetime | None:
        """When its validity begins, in UTC."""
        return self.outline.not_before

    @property
    def not_after(self) -> datetime | None:
        """The last second of its validity, in UTC."""
        return self.outline.not_after

    def valid_at(self, moment: datetime) -> bool | None:
        """Whether `moment` (aware) is within its validity; None where that cannot be read."""
        begin, end = self.outline.not_before, self.outline.not_after
        return None if begin is None or end is None else begin <= moment <= end

    @property
    def self_issued(self) -> bool:
        """Whether subject and issuer are one name; the key need not be the same."""
        mine, its = self.outline.subject, self.outline.issuer
        return bool(mine) and (
            mine == its or self.subject_name.normalised == self.issuer_name.normalised != ""
        )

    @cached_property
    def key_type(self) -> str:
        """What kind of key it is for: ``RSA 2048``, ``EC P-256``, ``Ed25519``."""
        return signatures.key_type(self.outline.spki)

    def public_key(self) -> PublicKeyTypes | None:
        """The key, or None where `cryptography` does not take it."""
        return signatures.load(self.outline.spki)

    @property
    def signature_algorithm(self) -> str:
        """How it is signed: ``sha256WithRSAEncryption``, ``ecdsa-with-SHA384``, ``Ed25519``."""
        return signatures.describe(self.outline.algorithm).name

    @property
    def signature_hash(self) -> str | None:
        """The hash that was signed, as ``sha256``; None where the algorithm brings its own."""
        digest = signatures.describe(self.outline.algorithm).digest
        return digest.name if digest else None

    def signed_by(self, spki: bytes) -> bool | None:
        """Whether its signature verifies under the key in a SubjectPublicKeyInfo; names are ignored.

        None where that cannot be said: the key or the algorithm is not supported here.
        """
        return _signed_by(self, spki)

    @property
    def extensions(self) -> tuple[x509_extensions.Extension, ...]:
        """Its extensions in the order of the encoding, as far as they can be read."""
        return self._extensions_read[0]

    @property
    def extensions_whole(self) -> bool:
        """Whether all of its extensions could be read."""
        return self._extensions_read[1]

    @cached_property
    def _extensions_read(self) -> tuple[tuple[x509_extensions.Extension, ...], bool]:
        body = self.outline.extensions
        outer, whole = der.elements(body, 0, len(body))
        found: list[x509_extensions.Extension] = []
        for one in outer[:1]:
            members, whole = der.elements(body, one.start, one.stop)
            read = [x509_extensions.extension(body, member) for member in members]
            found = [extension for extension in read if extension is not None]
            whole = whole and len(found) == len(read)
        return tuple(found), whole

    def extension(self, kind: str) -> bytes | None:
        """The value of the first extension of that object identifier."""
        for one in self.extensions:
            if one.kind == kind:
                return one.body
        return None

    @cached_property
    def alternative_names(self) -> x509_extensions.AlternativeNames:
        """Its subjectAltName."""
        body = self.extension(x509_extensions.ALTERNATIVE_NAMES)
        if body is None:
            return x509_extensions.AlternativeNames()
        return x509_extensions.alternative_names(body)

    @property
    def dns_names(self) -> tuple[str, ...]:
        """The DNS names of its subjectAltName, as written."""
        return self.alternative_names.dns

    @property
    def ip_addresses(self) -> tuple[IPv4Address | IPv6Address, ...]:
        """The IP addresses of its subjectAltName."""
        return self.alternative_names.addresses

    @cached_property
    def subject_key_id(self) -> bytes | None:
        """The identifier that it gives its own key."""
        body = self.extension(x509_extensions.SUBJECT_KEY_ID)
        return None if body is None else x509_extensions.octets(body)

    @cached_property
    def authority_key_id(self) -> bytes | None:
        """The identifier of the key that it says it is signed by."""
        body = self.extension(x509_extensions.AUTHORITY_KEY_ID)
        return None if body is None else x509_extensions.authority_key_id(body) or None

    @cached_property
    def basic_constraints(self) -> x509_extensions.BasicConstraints | None:
        """What it says of its being a CA; None without (readable) basicConstraints."""
        body = self.extension(x509_extensions.BASIC_CONSTRAINTS)
        return None if body is None else x509_extensions.basic_constraints(body)

    @property
    def is_ca(self) -> bool:
        """Whether it says that its key signs certificates."""
        return self.basic_constraints is not None and self.basic_constraints.ca

    @cached_property
    def key_usage(self) -> frozenset[str] | None:
        """What the key may do, as ``keyCertSign``; None where it does not say."""
        body = self.extension(x509_extensions.KEY_USAGE)
        return None if body is None else x509_extensions.key_usage(body)

    @cached_property
    def extended_key_usage(self) -> tuple[str, ...] | None:
        """What the key is for, as object identifiers; None where it does not say."""
        body = self.extension(x509_extensions.EXTENDED_KEY_USAGE)
        return None if body is None else x509_extensions.extended_key_usage(body)

    @cached_property
    def sct_list(self) -> bytes | None:
        """The SignedCertificateTimestampList inside it (RFC 6962 section 3.3)."""
        body = self.extension(x509_extensions.CERTIFICATE_SCTS)
        return None if body is None else x509_extensions.octets(body)

    @cached_property
    def pointers(self) -> x509_extensions.Pointers:
        """Where to ask about revocation and for the issuer's certificate."""
        body = self.extension(x509_extensions.AUTHORITY_INFORMATION)
        if body is None:
            return x509_extensions.Pointers()
        return x509_extensions.authority_information(body)

    @property
    def ocsp_urls(self) -> tuple[str, ...]:
        """Where its status can be asked for."""
        return self.pointers.ocsp

    @property
    def ca_issuer_urls(self) -> tuple[str, ...]:
        """Where its issuer's certificate can be fetched."""
        return self.pointers.ca_issuers

    @cached_property
    def crl_urls(self) -> tuple[str, ...]:
        """Where the revocation list that covers it can be fetched."""
        body = self.extension(x509_extensions.CRL_POINTS)
        return () if body is None else x509_extensions.crl_urls(body) or ()

    @cached_property
    def faults(self) -> tuple[str, ...]:
        """What could not be read, or contradicts itself; empty for nearly every certificate."""
        return tuple(_faults(self))


@remembered(2048)
def parse(der: bytes) -> Certificate:
    """The certificate in `der`. Never raises, whatever the bytes; the same value for the same bytes."""
    return Certificate(der)


@remembered(4096)
def _signed_by(certificate: Certificate, spki: bytes) -> bool | None:
    outline = certificate.outline
    signed = certificate.der[slice(*outline.signed)]
    return signatures.verifies(spki, outline.algorithm, outline.signature, signed)


def _outline(data: bytes) -> Outline:
    """Walk a certificate as far as it goes."""
    outer = der.opening(data, 0, len(data))
    if outer is None or outer.tag != der.SEQUENCE:
        return Outline(fault="it is no DER SEQUENCE")
    body = der.opening(data, outer.start, outer.stop)
    if body is None or body.tag != der.SEQUENCE:
        return Outline(fault="it has no TBSCertificate")
    rest, whole = der.elements(data, body.stop, outer.stop)
    if not whole or [one.tag for one in rest] != [der.SEQUENCE, der.BIT_STRING]:
        return _body(data, body, rest=None, fault="its signature cannot be read")
    extra = len(data) - outer.stop
    return _body(data, body, rest=rest, fault=f"{extra} bytes follow it" if extra else None)


_FIELDS = ("serial number", "algorithm", "issuer", "validity", "subject", "key")
_TAGS = (der.INTEGER, *(der.SEQUENCE,) * 5)


def _body(
    data: bytes, body: der.Element, *, rest: list[der.Element] | None, fault: str | None
) -> Outline:
    """The fields of a TBSCertificate, and of the signature after it."""
    members, whole = der.elements(data, body.start, body.stop)
    version: int | None = 1
    if members and members[0].tag == der.CONSTRUCTED:
        version = _version(data, members.pop(0))
    fault = fault if whole else "it is cut off"
    for index, tag in enumerate(_TAGS):
        if index >= len(members) or members[index].tag != tag:
            fault = f"its {_FIELDS[index]} cannot be read"
            del members[index:]
            break
    fields: list[der.Element | None] = [*members[:6], *(None,) * (6 - len(members))]
    serial, inner_algorithm, issuer, validity, subject, key = fields
    begin, end = _validity(data, validity)
    return Outline(
        signed=(body.at, body.stop),
        algorithm=der.whole(data, rest[0]) if rest else b"",
        # The first byte counts unused bits, of which a signature has none.
        signature=der.value(data, rest[1])[1:] if rest else b"",
        version=version,
        serial=None if serial is None else der.integer(der.value(data, serial)),
        inner_algorithm=_whole(data, inner_algorithm),
        issuer=_whole(data, issuer),
        not_before=begin,
        not_after=end,
        subject=_whole(data, subject),
        spki=_whole(data, key),
        extensions=next(
            (der.value(data, one) for one in members[6:] if one.tag == der.CONSTRUCTED | 3), b""
        ),
        fault=fault,
    )


def _version(data: bytes, one: der.Element) -> int | None:
    """The version as people count it (RFC 5280 section 4.1.2.1): v1 is written as 0."""
    members = der.elements(data, one.start, one.stop)[0]
    written = der.integer(der.value(data, members[0])) if members else None
    return None if written is None else written + 1


def _whole(data: bytes, one: der.Element | None) -> bytes:
    return b"" if one is None else der.whole(data, one)


def _validity(data: bytes, validity: der.Element | None) -> tuple[datetime | None, datetime | None]:
    """The two times of a Validity (RFC 5280 section 4.1.2.5)."""
    members = () if validity is None else der.elements(data, validity.start, validity.stop)[0]
    times = [der.moment(one.tag, der.value(data, one)) for one in members[:2]]
    return (times[0] if times else None), (times[1] if len(times) == 2 else None)


def _faults(certificate: Certificate) -> Iterator[str]:
    """What could not be read, one sentence each."""
    outline = certificate.outline
    if outline.fault:
        yield outline.fault
    if outline.algorithm and outline.algorithm != outline.inner_algorithm:
        yield "it names two different signature algorithms"
    for whose, name in (("subject", certificate.subject_name), ("issuer", certificate.issuer_name)):
        if getattr(outline, whose) and not name.readable:
            yield f"its {whose}'s name cannot be read completely"
    if outline.serial is not None and outline.serial <= 0:
        yield "its serial number is not positive"
    if outline.spki and certificate.public_key() is None:
        yield f"its key ({certificate.key_type}) cannot be loaded"
    if outline.subject and (outline.not_before is None or outline.not_after is None):
        yield "its validity cannot be read"
    yield from _extension_faults(certificate)


def _extension_faults(certificate: Certificate) -> Iterator[str]:
    """What could not be read of the extensions."""
    if not certificate.extensions_whole:
        yield "its extensions cannot be read completely"
    kinds = [extension.kind for extension in certificate.extensions]
    if len(set(kinds)) < len(kinds):
        yield "it has an extension twice"
    readable = {
        x509_extensions.ALTERNATIVE_NAMES: certificate.alternative_names.whole,
        x509_extensions.BASIC_CONSTRAINTS: certificate.basic_constraints is not None,
        x509_extensions.KEY_USAGE: certificate.key_usage is not None,
        x509_extensions.EXTENDED_KEY_USAGE: certificate.extended_key_usage is not None,
        x509_extensions.SUBJECT_KEY_ID: certificate.subject_key_id is not None,
        x509_extensions.CERTIFICATE_SCTS: certificate.sct_list is not None,
        x509_extensions.AUTHORITY_INFORMATION: certificate.pointers.whole,
    }
    for kind in kinds:
        if not readable.get(kind, True):
            yield f"its {x509_extensions.NAMES[kind]} cannot be read"
