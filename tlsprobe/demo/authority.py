"""Certificates for the demo, made anew each time: nothing is kept, nothing expires."""

from collections.abc import Callable
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from msgspec import Struct

from tlsprobe.certs.certificate import Certificate, parse

Entropy = Callable[[int], bytes]


class Credential(Struct, frozen=True, kw_only=True):
    """A certificate and its private key."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey

    @property
    def facts(self) -> Certificate:
        """The certificate as the rest of the package reads it."""
        return parse(self.certificate.public_bytes(Encoding.DER))

    @property
    def pem(self) -> bytes:
        """The certificate alone."""
        return self.certificate.public_bytes(Encoding.PEM)

    @property
    def key_pem(self) -> bytes:
        """The private key."""
        return self.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


class Mint:
    """Makes certificates that are valid around one moment."""

    def __init__(self, now: datetime, entropy: Entropy) -> None:
        self._now = now
        self._entropy = entropy

    def root(self, name: str, organisation: str) -> Credential:
        """A root that signs itself."""
        return self._make(name, organisation, above=None, host=None)

    def intermediate(self, above: Credential, name: str, organisation: str) -> Credential:
        """A CA below another."""
        return self._make(name, organisation, above=above, host=None)

    def leaf(self, above: Credential, host: str) -> Credential:
        """A server's certificate for one name."""
        return self._make(host, None, above=above, host=host)

    def _make(
        self, name: str, organisation: str | None, *, above: Credential | None, host: str | None
    ) -> Credential:
        # Any 256 bits below the order of P-256 make a key; these are short enough to be.
        key = ec.derive_private_key(int.from_bytes(self._entropy(31)) + 1, ec.SECP256R1())
        subject = _name(name, organisation)
        issuer_key = key if above is None else above.key
        spki = key.public_key()
        days = 90 if host else 3650
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(subject if above is None else above.certificate.subject)
            .public_key(spki)
            .serial_number(int.from_bytes(self._entropy(16)) >> 1 | 1)
            .not_valid_before(self._now - timedelta(days=days // 3))
            .not_valid_after(self._now + timedelta(days=days))
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(spki), critical=False)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()),
                critical=False,
            )
            .add_extension(x509.BasicConstraints(ca=host is None, path_length=None), critical=True)
            .add_extension(_usage(ca=host is None), critical=True)
        )
        if host is not None:
            builder = builder.add_extension(
                x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False
            ).add_extension(
                x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False
            )
        return Credential(certificate=builder.sign(issuer_key, hashes.SHA256()), key=key)


def _name(common_name: str, organisation: str | None) -> x509.Name:
    parts = [x509.NameAttribute(NameOID.COMMON_NAME, common_name)]
    if organisation is not None:
        parts.insert(0, x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation))
    return x509.Name(parts)


def _usage(*, ca: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True, key_cert_sign=ca, crl_sign=ca, content_commitment=False,
        key_encipherment=False, data_encipherment=False, key_agreement=False,
        encipher_only=False, decipher_only=False,
    )  # fmt: skip
