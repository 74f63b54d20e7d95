"""A public-looking chain as most servers have one: leaf and intermediate below a root.

Made anew for each run. The leaves carry what a public CA writes into them, since every byte of a
chain costs time: names, key identifiers, where to ask about revocation, policies, timestamps.
"""

import os
from base64 import b64encode
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import (
    AuthorityInformationAccessOID,
    ExtendedKeyUsageOID,
    NameOID,
    ObjectIdentifier,
)

DOMAIN = "bench.example"

PrivateKey = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey

_NOW = datetime.now(UTC)
_SCT_LIST = ObjectIdentifier("1.3.6.1.4.1.11129.2.4.2")
_DOMAIN_VALIDATED = ObjectIdentifier("2.23.140.1.2.1")


@dataclass(frozen=True, slots=True, kw_only=True)
class Credential:
    """A certificate and its private key."""

    certificate: x509.Certificate
    key: PrivateKey

    @property
    def pem(self) -> bytes:
        """The certificate alone."""
        return self.certificate.public_bytes(serialization.Encoding.PEM)

    @property
    def pin(self) -> str:
        """The hash of its key, as pins are written (RFC 7469 section 2.4)."""
        spki = self.certificate.public_key().public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        return "sha256/" + b64encode(sha256(spki).digest()).decode()

    @property
    def key_pem(self) -> bytes:
        """The private key in PKCS #8, not encrypted."""
        return self.key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Authority:
    """A root and the intermediate that signs for it, both RSA-2048."""

    root: Credential
    intermediate: Credential

    @classmethod
    def create(cls) -> "Authority":
        """New keys."""
        name = _name("Benchmark Public Root G2", "Benchmark Trust Services")
        root = _signed(name, rsa_key(), above=None, own=_for_an_authority(None))
        name = _name("Benchmark TLS RSA SHA256 CA 1", "Benchmark Trust Services")
        return cls(
            root=root,
            intermediate=_signed(name, rsa_key(), above=root, own=_for_an_authority(0)),
        )

    def leaf(self, name: str, key: PrivateKey) -> Credential:
        """A server's certificate for one DNS name."""
        return _signed(_name(name, None), key, above=self.intermediate, own=_for_a_server(name))


def rsa_key() -> rsa.RSAPrivateKey:
    """A new RSA-2048 key."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def ec_key() -> ec.EllipticCurvePrivateKey:
    """A new P-256 key."""
    return ec.generate_private_key(ec.SECP256R1())


_Extensions = list[tuple[x509.ExtensionType, bool]]


def _for_an_authority(path_length: int | None) -> _Extensions:
    return [
        (x509.BasicConstraints(ca=True, path_length=path_length), True),
        (_usage(signs_certificates=True), True),
    ]


def _for_a_server(name: str) -> _Extensions:
    access = [
        x509.AccessDescription(method, x509.UniformResourceIdentifier(f"http://{place}"))
        for method, place in (
            (AuthorityInformationAccessOID.OCSP, f"ocsp.{DOMAIN}"),
            (AuthorityInformationAccessOID.CA_ISSUERS, f"certificates.{DOMAIN}/ca1.crt"),
        )
    ]
    revoked = x509.UniformResourceIdentifier(f"http://crl.{DOMAIN}/ca1.crl")
    return [
        (x509.SubjectAlternativeName([x509.DNSName(name), x509.DNSName(DOMAIN)]), False),
        (_usage(signs_certificates=False), True),
        (x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), False),
        (x509.BasicConstraints(ca=False, path_length=None), True),
        (x509.AuthorityInformationAccess(access), False),
        (x509.CRLDistributionPoints([x509.DistributionPoint([revoked], None, None, None)]), False),
        (x509.CertificatePolicies([x509.PolicyInformation(_DOMAIN_VALIDATED, None)]), False),
        (x509.UnrecognizedExtension(_SCT_LIST, _octets(_timestamps())), False),
    ]


def _timestamps() -> bytes:
    """Two timestamps of logs that nobody knows, of the size that logs make (RFC 6962 section 3.2)."""
    one = (
        b"\0" + os.urandom(32)
        + int(_NOW.timestamp() * 1000).to_bytes(8) + b"\0\0\4\3\0\x47" + os.urandom(71)
    )  # fmt: skip
    entry = len(one).to_bytes(2) + one
    return (2 * len(entry)).to_bytes(2) + 2 * entry


def _octets(body: bytes) -> bytes:
    """A DER OCTET STRING of 128 to 255 bytes, or up to 65535."""
    size = len(body)
    return (b"\x04\x81" + bytes((size,)) if size < 256 else b"\x04\x82" + size.to_bytes(2)) + body


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        encipher_only=False,
        decipher_only=False,
    )


def _name(common_name: str, organisation: str | None) -> x509.Name:
    parts = [x509.NameAttribute(NameOID.COMMON_NAME, common_name)]
    if organisation:
        parts = [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "US"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation),
            *parts,
        ]
    return x509.Name(parts)


def _signed(
    name: x509.Name, key: PrivateKey, *, above: Credential | None, own: _Extensions
) -> Credential:
    signing = key if above is None else above.key
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name if above is None else above.certificate.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(_NOW - timedelta(days=30))
        .not_valid_after(_NOW + timedelta(days=60))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(signing.public_key()),
            critical=False,
        )
    )
    for extension, critical in own:
        builder = builder.add_extension(extension, critical=critical)
    return Credential(certificate=builder.sign(signing, hashes.SHA256()), key=key)
