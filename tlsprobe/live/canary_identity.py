"""The key and certificate of a canary: made anew, or its owner's own."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from ipaddress import ip_address
from pathlib import Path
from typing import Self

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from OpenSSL import SSL

from tlsprobe.certs.certificate import Certificate, parse
from tlsprobe.errors import InputError
from tlsprobe.wire.ip_literals import is_ip_literal

PrivateKey = (
    ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey | ed448.Ed448PrivateKey
)  # fmt: skip
_DAYS = 90
_LONGEST_COMMON_NAME = 64


@dataclass(frozen=True, kw_only=True)
class Identity:
    """A private key, and the chain that is presented for it."""

    key: PrivateKey
    chain: tuple[x509.Certificate, ...]

    @classmethod
    def new(cls, names: Sequence[str], *, now: datetime) -> Self:
        """A key that lives as long as the process, and a certificate that it signs for itself.

        `names` are host names and IP addresses.
        """
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name(
            [x509.NameAttribute(NameOID.COMMON_NAME, names[0][:_LONGEST_COMMON_NAME])]
        )
        server = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH])
        certificate = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(subject)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=1))
            .not_valid_after(now + timedelta(days=_DAYS))
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(x509.SubjectAlternativeName([_named(one) for one in names]), critical=False)
            .add_extension(server, critical=False)
            .sign(key, hashes.SHA256())
        )  # fmt: skip
        return cls(key=key, chain=(certificate,))

    @classmethod
    def load(cls, *, key: Path, certificates: Path) -> Self:
        """A key and a chain of the caller's, leaf first.

        Raises:
            InputError: a file cannot be read, or one is not what it should be.
        """
        try:
            chain = tuple(x509.load_pem_x509_certificates(_read(certificates)))
            presented = chain[0].public_key()
        except ValueError:
            raise InputError(str(certificates), "expected certificates in PEM") from None
        try:
            private = load_pem_private_key(_read(key), password=None)
        except TypeError:
            raise InputError(
                str(key), "the key is encrypted: expected one without a password"
            ) from None
        except ValueError:
            raise InputError(str(key), "expected a private key in PEM") from None
        if not isinstance(private, PrivateKey):
            raise InputError(str(key), "expected a key of RSA, ECDSA or EdDSA")
        if private.public_key() != presented:
            raise InputError(str(key), f"is not the key of the first certificate in {certificates}")
        return cls(key=private, chain=chain)

    @cached_property
    def leaf(self) -> Certificate:
        """The certificate that stands for the key."""
        return parse(self.chain[0].public_bytes(Encoding.DER))

    def present(self, context: SSL.Context) -> None:
        """Let a server's context present it."""
        context.use_certificate(self.chain[0])
        for above in self.chain[1:]:
            context.add_extra_chain_cert(above)
        context.use_privatekey(self.key)


def _named(name: str) -> x509.GeneralName:
    return x509.IPAddress(ip_address(name)) if is_ip_literal(name) else x509.DNSName(name)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise InputError(str(path), error.strerror or "cannot be read") from None
