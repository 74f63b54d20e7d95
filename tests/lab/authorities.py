"""The certificates of the lab: a public chain as a cloud has one, and what interceptors sign with.

Everything is made anew for each session, so no key is ever kept, and nothing expires.
"""

import datetime as dt
import enum
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

PrivateKey = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey


class Disguise(enum.Enum):
    """What the certificate of an interceptor's CA says of itself."""

    OWN_NAME = "own-name"
    """The interceptor's own name, as the honest kind of product has it."""

    ISSUING_COPIED = "issuing-copied"
    """All that the cloud's issuing CA says, down to serial number and key identifier; other key."""

    ROOT_COPIED = "root-copied"
    """The same with the public root, so it signs itself under that name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Authority:
    """A certificate, its key, and who signed it; also the leaf of a server."""

    certificate: x509.Certificate
    key: PrivateKey
    signer: "Authority | None" = None
    """None if it signed itself."""

    @property
    def common_name(self) -> str:
        """The common name of the subject."""
        [attribute] = self.certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
        return str(attribute.value)

    @property
    def certificate_pem(self) -> bytes:
        """The certificate alone."""
        return self.certificate.public_bytes(serialization.Encoding.PEM)

    @property
    def path_pem(self) -> bytes:
        """The certificate and those above it, up to the one that signed itself."""
        return self.certificate_pem + (self.signer.path_pem if self.signer else b"")

    @property
    def key_pem(self) -> bytes:
        """The private key in PKCS #8, not encrypted."""
        return self.key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )

    def signed(self, certificate: x509.Certificate) -> bool:
        """Whether `certificate` has this issuer's name, and verifies under its key."""
        try:
            certificate.verify_directly_issued_by(self.certificate)
        except (InvalidSignature, ValueError, TypeError):
            return False
        return True


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicChain:
    """What the lab takes for a public CA."""

    now: dt.datetime
    root: Authority
    issuing: Authority

    @classmethod
    def create(cls, *, now: dt.datetime) -> Self:
        """A new root and an issuing CA under it."""
        root = _authority(
            _name("Lab Public Global Root G2", "Lab Trust Services"), _new_ec_key(), now=now
        )
        issuing = _authority(
            _name("Lab Cloud RSA TLS Issuing CA 04", "Lab Cloud Corporation"),
            _new_ec_key(),
            now=now,
            signer=root,
        )
        return cls(now=now, root=root, issuing=issuing)

    def leaf(self, name: str, *, rsa_key: bool) -> Authority:
        """A leaf with a key of its own, for `name` and the names under it."""
        key = _new_rsa_key() if rsa_key else _new_ec_key()
        return _leaf(name, key, now=self.now, signer=self.issuing)

    def interceptor(self, product: str, disguise: Disguise) -> Authority:
        """The CA that the interceptor `product` signs with under `disguise`."""
        # RSA, as nearly every interceptor has it.
        key = _new_rsa_key()
        match disguise:
            case Disguise.OWN_NAME:
                name = _name(f"Example Firewall {product} CA", "Example Firewalls")
                return _authority(name, key, now=self.now)
            case Disguise.ISSUING_COPIED:
                above = _copy(self.root.certificate, _new_ec_key())
                return _copy(self.issuing.certificate, key, signer=above)
            case Disguise.ROOT_COPIED:
                return _copy(self.root.certificate, key)


Extensions = Sequence[x509.ExtensionType]
USUAL_LIFE = (-30, 150)
"""From when until when a leaf is valid, in days from now."""


def new_leaf(
    name: str,
    signer: Authority,
    *,
    now: dt.datetime,
    extensions: Extensions = (),
    life: tuple[int, int] = USUAL_LIFE,
    others: Sequence[str] = (),
) -> Authority:
    """A leaf for `name` and the names under it, by whomever, as who ends TLS for others has one."""
    key = _new_ec_key()
    return _leaf(name, key, now=now, signer=signer, extensions=extensions, life=life, others=others)


def new_issuing(
    common_name: str, signer: Authority, *, now: dt.datetime, extensions: Extensions = ()
) -> Authority:
    """A CA under another one."""
    name = _name(common_name, "Lab Trust Services")
    return _authority(name, _new_ec_key(), now=now, signer=signer, extensions=extensions)


def write_pem(path: Path, *parts: bytes) -> Path:
    """Write certificates and keys into one file, and return its path."""
    path.write_bytes(b"".join(parts))
    return path


def _new_ec_key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def _new_rsa_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def _name(common_name: str, organisation: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "US"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation),
            x509.NameAttribute(NameOID.COMMON_NAME, common_name),
        ]
    )


def _authority(
    name: x509.Name,
    key: PrivateKey,
    *,
    now: dt.datetime,
    signer: Authority | None = None,
    extensions: Extensions = (),
) -> Authority:
    builder = (
        _builder(name, key, signer=signer)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=3 * 365))
        .not_valid_after(now + dt.timedelta(days=10 * 365))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(_key_usage(signs_certificates=True), critical=True)
    )
    for extension in extensions:
        builder = builder.add_extension(extension, critical=False)
    return _sign(builder, key, signer=signer)


def _leaf(
    name: str,
    key: PrivateKey,
    *,
    now: dt.datetime,
    signer: Authority,
    extensions: Extensions = (),
    life: tuple[int, int] = USUAL_LIFE,
    others: Sequence[str] = (),
) -> Authority:
    begins, ends = (now + dt.timedelta(days=days) for days in life)
    names = x509.SubjectAlternativeName([x509.DNSName(one) for one in (name, f"*.{name}", *others)])
    server = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH])
    builder = (
        _builder(_name(name, "Lab Cloud Corporation"), key, signer=signer)
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(ends)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_key_usage(signs_certificates=False), critical=True)
        .add_extension(server, critical=False)
        .add_extension(names, critical=False)
    )
    for extension in extensions:
        builder = builder.add_extension(extension, critical=False)
    return _sign(builder, key, signer=signer)


def _builder(
    name: x509.Name, key: PrivateKey, *, signer: Authority | None
) -> x509.CertificateBuilder:
    signing_key = signer.key if signer else key
    own = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
    above = x509.AuthorityKeyIdentifier.from_issuer_public_key(signing_key.public_key())
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(signer.certificate.subject if signer else name)
        .public_key(key.public_key())
        .add_extension(own, critical=False)
        .add_extension(above, critical=False)
    )


def _key_usage(*, signs_certificates: bool) -> x509.KeyUsage:
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


def _copy(
    original: x509.Certificate, key: PrivateKey, *, signer: Authority | None = None
) -> Authority:
    """A certificate that says all that `original` says, for another key and by another signer."""
    builder = (
        x509.CertificateBuilder()
        .subject_name(original.subject)
        .issuer_name(original.issuer)
        .public_key(key.public_key())
        .serial_number(original.serial_number)
        .not_valid_before(original.not_valid_before_utc)
        .not_valid_after(original.not_valid_after_utc)
    )
    for extension in original.extensions:
        builder = builder.add_extension(extension.value, critical=extension.critical)
    return _sign(builder, key, signer=signer)


def _sign(
    builder: x509.CertificateBuilder, key: PrivateKey, *, signer: Authority | None
) -> Authority:
    certificate = builder.sign(signer.key if signer else key, hashes.SHA256())
    return Authority(certificate=certificate, key=key, signer=signer)
