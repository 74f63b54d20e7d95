"""A certificate that packet loss has cut: its first bytes, and the facts that stand whole in them.

Names, validity and key stand early in a certificate, so a cut one mostly still tells who issued it
and for whom. It is a type of its own: nothing that judges certificates can take it for one, and
nothing that hangs on the whole (hash, signature) can be asked of it.
"""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from hashlib import sha256

from tlsprobe.certs import der, signatures, x509_extensions
from tlsprobe.certs.certificate import Certificate, Outline
from tlsprobe.certs.distinguished_name import DistinguishedName, decode


@dataclass(frozen=True)
class CutCertificate:
    """What came of a certificate, made by `parse_cut`; a field that did not come whole is None."""

    prefix: bytes
    """The first bytes of its DER, as far as they came."""

    @cached_property
    def _outline(self) -> Outline:
        return Certificate(self.prefix).outline

    @property
    def serial(self) -> int | None:
        """The serial number."""
        return self._outline.serial

    @property
    def issuer_name(self) -> DistinguishedName | None:
        """The issuer's name, decoded."""
        return decode(self._outline.issuer) if self._outline.issuer else None

    @property
    def subject_name(self) -> DistinguishedName | None:
        """The subject's name, decoded."""
        return decode(self._outline.subject) if self._outline.subject else None

    @property
    def issuer(self) -> str | None:
        """The issuer for people, in the form of RFC 4514."""
        return None if self.issuer_name is None else self.issuer_name.text

    @property
    def subject(self) -> str | None:
        """The subject for people, in the same form."""
        return None if self.subject_name is None else self.subject_name.text

    @property
    def not_before(self) -> datetime | None:
        """When its validity begins, in UTC."""
        return self._outline.not_before

    @property
    def not_after(self) -> datetime | None:
        """The last second of its validity, in UTC."""
        return self._outline.not_after

    @property
    def key_type(self) -> str | None:
        """What kind of key it is for, as ``RSA 2048``."""
        return signatures.key_type(self._outline.spki) if self._outline.spki else None

    @property
    def spki_sha256(self) -> bytes | None:
        """SHA-256 of its SubjectPublicKeyInfo: what pins know a key by."""
        return sha256(self._outline.spki).digest() if self._outline.spki else None

    @property
    def dns_names(self) -> tuple[str, ...] | None:
        """The DNS names of its subjectAltName, as written."""
        body = self._extensions.get(x509_extensions.ALTERNATIVE_NAMES)
        return None if body is None else x509_extensions.alternative_names(body).dns

    @property
    def authority_key_id(self) -> bytes | None:
        """The identifier of the key that it says it is signed by."""
        body = self._extensions.get(x509_extensions.AUTHORITY_KEY_ID)
        return None if body is None else x509_extensions.authority_key_id(body) or None

    @cached_property
    def _extensions(self) -> dict[str, bytes]:
        """The values of the extensions that came whole, by object identifier; the first of each."""
        data, place = self.prefix, _extensions_in(self.prefix)
        members = () if place is None else der.elements(data, place.start, place.stop)[0]
        read = [x509_extensions.extension(data, member) for member in members]
        return {one.kind: one.body for one in reversed(read) if one is not None}


def parse_cut(prefix: bytes) -> CutCertificate:
    """The certificate that begins with these bytes. Never raises, whatever they are."""
    return CutCertificate(prefix)


def _extensions_in(data: bytes) -> der.Element | None:
    """The SEQUENCE of extensions, as far as it came."""
    at, end = 0, len(data)
    for _ in ("Certificate", "TBSCertificate"):
        outer = der.opening(data, at, end)
        if outer is None or outer.tag != der.SEQUENCE:
            return None
        at, end = outer.start, outer.stop
    members, _whole = der.elements(data, at, end)
    after = members[-1].stop if members else at
    last = der.opening(data, after, end)
    for one in (*members, last):
        if one is not None and one.tag == der.CONSTRUCTED | 3:
            return der.opening(data, one.start, one.stop)
    return None
