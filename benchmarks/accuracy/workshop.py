"""The CAs of the bench, and what servers, boxes and bunglers present.

Keys are hashes of their labels, and everything is as of `NOW`, so that a run says the same on any
day. "Public" is what `PUBLIC_ROOTS` says: the bench gives it to `tlsprobe` by `--ca-file`.
"""

import warnings
from base64 import b64encode
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from hashlib import sha256
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtensionOID, NameOID

from fixtures.chains.authority import Issuer, Key, ca, ec_key, leaf, rsa_key
from fixtures.chains.timestamps import logged_leaf

NOW = datetime.fromisoformat("2026-11-23T12:00:00+00:00")
"""When scenarios take place."""
CLOUD = "login.microsoftonline.com"
"""A name of which the shipped reference knows that public CAs sign for it."""
CLOUD_NAMES = (CLOUD, "*.login.microsoftonline.com")
STRANGER = "shop.example.net"
"""A name of which no list knows anything."""
INTERNAL = "intranet.contoso.internal"
"""A name of an inner network."""

Extensions = Sequence[tuple[x509.ExtensionType, bool]]
_POLICY = x509.ObjectIdentifier("2.23.140.1.2.2")  # organisation-validated, CA/Browser Forum


@dataclass(frozen=True, kw_only=True)
class Presented:
    """What a server sends: certificates in this order, and it holds the key of the first."""

    certificates: tuple[x509.Certificate, ...]
    key: Key

    @property
    def leaf(self) -> bytes:
        """DER of the first."""
        return self.certificates[0].public_bytes(Encoding.DER)

    def but(self, *certificates: x509.Certificate) -> "Presented":
        """The same server, sending these."""
        return Presented(certificates=certificates, key=self.key)


def issuer(common_name: str, organisation: str, *, key: Key | None = None) -> Issuer:
    """A CA's name, and a key that depends on the name alone where none is given."""
    own = ec_key(f"{common_name}, {organisation}") if key is None else key
    parts = ((NameOID.ORGANIZATION_NAME, organisation), (NameOID.COMMON_NAME, common_name))
    with warnings.catch_warnings():
        # Products write longer names than RFC 5280 appendix A.1 allows.
        warnings.simplefilter("ignore", UserWarning)
        subject = [x509.NameAttribute(kind, text, _validate=False) for kind, text in parts]
    return Issuer(subject=x509.Name(subject), key=own)


ROOT = issuer("Bench Public Root R1", "Bench Trust Services", key=rsa_key("root"))
ISSUING = issuer("Bench Public TLS CA 01", "Bench Trust Services", key=rsa_key("intermediate"))
OTHER_ROOT = issuer("Bench Public Root E2", "Second Bench Trust Services")
OTHER_ISSUING = issuer("Bench Public TLS CA 07", "Second Bench Trust Services")

ROOT_CA = ca(ROOT.subject, ROOT.key)
ISSUING_CA = ca(ISSUING.subject, ISSUING.key, ROOT, end="2030-01-01", path_length=0)
OTHER_ROOT_CA = ca(OTHER_ROOT.subject, OTHER_ROOT.key)
OTHER_ISSUING_CA = ca(
    OTHER_ISSUING.subject, OTHER_ISSUING.key, OTHER_ROOT, end="2030-01-01", path_length=0
)
PUBLIC_ROOTS = (ROOT_CA, OTHER_ROOT_CA)
"""What counts as public on the bench."""
PUBLIC_CAS = (ISSUING_CA, OTHER_ISSUING_CA)
"""The CAs below them that the reference is to know, as it knows those of real roots."""


def root_of(who: Issuer, *, begin: str = "2020-01-01", end: str = "2040-01-01") -> x509.Certificate:
    """The certificate of a CA that signs itself."""
    return ca(who.subject, who.key, begin=begin, end=end)


def ago(**span: float) -> str:
    """A time before `NOW`, as the certificate builders take it."""
    return (NOW - timedelta(**span)).replace(tzinfo=None).isoformat()


def ahead(**span: float) -> str:
    """A time after `NOW`, likewise."""
    return ago(**{unit: -amount for unit, amount in span.items()})


@cache
def public_leaf(
    host: str,
    *,
    names: tuple[str, ...] | None = None,
    signer: Issuer = ISSUING,
    key: Key | None = None,
    begin: str = "2026-10-01",
    end: str = "2027-01-01",
    note: str = "",
) -> x509.Certificate:
    """A leaf as public CAs make them: policy, places to ask about it, and two logs' timestamps."""
    return logged_leaf(
        host, key or ec_key(f"server {host}"), signer,
        when=datetime.fromisoformat(begin).replace(tzinfo=NOW.tzinfo), more=_public_marks(),
        names=names, begin=begin, end=end, note=note,
    )  # fmt: skip


def owner(host: str = CLOUD, *, names: tuple[str, ...] | None = None) -> Presented:
    """The owner of a name, well served: a public leaf and its intermediate."""
    if names is None and host == CLOUD:
        names = CLOUD_NAMES
    return Presented(
        certificates=(public_leaf(host, names=names), ISSUING_CA), key=ec_key(f"server {host}")
    )


def private(
    host: str,
    signer: Issuer,
    *,
    names: tuple[str, ...] | None = None,
    key: Key | None = None,
    above: tuple[x509.Certificate, ...] | None = None,
    begin: str = "2026-06-01",
    end: str = "2028-06-01",
    extensions: Extensions = (),
) -> Presented:
    """A leaf of somebody's own CA, and that CA (or what is `above`) behind it."""
    own = key or ec_key(f"server {host} of {signer.subject.rfc4514_string()}")
    made = leaf(
        host, own, signer, names=names, begin=begin, end=end, extensions=extensions, note="private"
    )
    return Presented(
        certificates=(made, *((root_of(signer),) if above is None else above)), key=own
    )


def minted(
    host: str,
    box: Issuer,
    *,
    days: float = 90,
    one_key: bool = False,
    above: tuple[x509.Certificate, ...] | None = None,
) -> Presented:
    """What a box makes for the host it is asked for: begun yesterday, and its own CA behind it."""
    return private(
        host, box,
        key=box.key if one_key else None, above=above, begin=ago(days=1), end=ahead(days=days - 1),
    )  # fmt: skip


def forged(
    original: x509.Certificate,
    key: Key,
    signer: Issuer,
    *,
    without: Sequence[x509.ObjectIdentifier] = (),
    identifiers: bool = True,
) -> x509.Certificate:
    """All that `original` says, for another key and signed by another.

    Subject, issuer, serial, validity and every extension are copied, timestamps of logs among them.
    With `identifiers`, those of keys are, too, so that they name the true CA's key.
    """
    builder = (
        x509.CertificateBuilder()
        .subject_name(original.subject)
        .issuer_name(original.issuer)
        .public_key(key.public_key())
        .serial_number(original.serial_number)
        .not_valid_before(original.not_valid_before_utc)
        .not_valid_after(original.not_valid_after_utc)
    )
    own: dict[x509.ObjectIdentifier, x509.ExtensionType] = {
        ExtensionOID.SUBJECT_KEY_IDENTIFIER: x509.SubjectKeyIdentifier.from_public_key(
            key.public_key()
        ),
        ExtensionOID.AUTHORITY_KEY_IDENTIFIER: (
            x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.key.public_key())
        ),
    }
    for one in original.extensions:
        if one.oid not in without:
            value = one.value if identifiers else own.get(one.oid, one.value)
            builder = builder.add_extension(_as_it_was(value), critical=one.critical)
    deterministic = True if isinstance(signer.key, ec.EllipticCurvePrivateKey) else None
    return builder.sign(signer.key, hashes.SHA256(), ecdsa_deterministic=deterministic)


def pin(certificate: x509.Certificate) -> str:
    """The pin of a certificate's key, as `--pin` and references take it."""
    spki = certificate.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return "sha256/" + b64encode(sha256(spki).digest()).decode()


def written_down(
    host: str,
    *,
    issued_by: str = "public",
    ca_keys: Sequence[x509.Certificate] = (),
    pins: Sequence[x509.Certificate] = (),
) -> str:
    """A reference file of the user's about one name: whose keys may sign, and which are pinned."""
    keys = {"ca_keys": ca_keys, "pins": pins}
    lists = [f"{field} = {[pin(one) for one in found]}" for field, found in keys.items() if found]
    return "\n".join(
        (
            'schema = "tlsprobe.reference/1"',
            f"as_of = {NOW.date()}",
            'origin = "the user"',
            "[[expectation]]",
            f'names = ["{host}"]',
            'owner = "the owner"',
            f'issued_by = "{issued_by}"',
            *lists,
        )
    )


def encoded(certificates: Iterable[x509.Certificate]) -> tuple[bytes, ...]:
    """DER of each."""
    return tuple(one.public_bytes(Encoding.DER) for one in certificates)


def write_pem(file: Path, certificates: Iterable[x509.Certificate]) -> Path:
    """Write them into one file, and return its path."""
    file.write_bytes(b"".join(one.public_bytes(Encoding.PEM) for one in certificates))
    return file


def _as_it_was(value: x509.ExtensionType) -> x509.ExtensionType:
    """Timestamps can only be added as the bytes that they are."""
    if isinstance(value, x509.PrecertificateSignedCertificateTimestamps):
        return x509.UnrecognizedExtension(value.oid, value.public_bytes())
    return value


def _public_marks() -> Extensions:
    where = x509.UniformResourceIdentifier
    access = [
        x509.AccessDescription(method, where(f"http://{what}.bench.example/ca01"))
        for method, what in (
            (AuthorityInformationAccessOID.OCSP, "ocsp"),
            (AuthorityInformationAccessOID.CA_ISSUERS, "certificates"),
        )
    ]
    lists = x509.DistributionPoint(
        full_name=[where("http://lists.bench.example/ca01.crl")],
        relative_name=None, reasons=None, crl_issuer=None,
    )  # fmt: skip
    policy = x509.PolicyInformation(policy_identifier=_POLICY, policy_qualifiers=None)
    return (
        (x509.AuthorityInformationAccess(access), False),
        (x509.CRLDistributionPoints([lists]), False),
        (x509.CertificatePolicies([policy]), False),
    )
