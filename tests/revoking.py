"""A CA that keeps books: certificates that name where to ask, and answers, made as it makes them."""

from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding, pkcs7
from cryptography.x509 import ocsp
from cryptography.x509.oid import AuthorityInformationAccessOID as Access
from cryptography.x509.oid import ExtendedKeyUsageOID

from fixtures.chains.authority import Issuer, ca, certificate, ec_key, leaf, name
from tlsprobe.certs.certificate import Certificate, parse

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
DAY = timedelta(days=1)
HOST = "sync.cloud.example"

ROOT = Issuer(subject=name("Books Root", "Books"), key=ec_key("books root"))
ISSUING = Issuer(subject=name("Books Issuing", "Books"), key=ec_key("books issuing"))
STRANGER = Issuer(subject=ISSUING.subject, key=ec_key("books stranger"))
LEAF_KEY = ec_key("books leaf")


def ours(one: x509.Certificate) -> Certificate:
    """The certificate as the package reads it."""
    return parse(one.public_bytes(Encoding.DER))


ROOT_CERTIFICATE = ca(ROOT.subject, ROOT.key)


def addresses(
    *,
    ocsp_at: tuple[str, ...] = (),
    lists_at: tuple[str, ...] = (),
    issuer_at: tuple[str, ...] = (),
) -> list[tuple[x509.ExtensionType, bool]]:
    """The extensions that name these addresses."""
    described = [(Access.OCSP, url) for url in ocsp_at]
    described += [(Access.CA_ISSUERS, url) for url in issuer_at]
    found: list[tuple[x509.ExtensionType, bool]] = []
    if described:
        access = [
            x509.AccessDescription(method, x509.UniformResourceIdentifier(url))
            for method, url in described
        ]
        found.append((x509.AuthorityInformationAccess(access), False))
    if lists_at:
        points = [
            x509.DistributionPoint([x509.UniformResourceIdentifier(url)], None, None, None)
            for url in lists_at
        ]
        found.append((x509.CRLDistributionPoints(points), False))
    return found


def issuing(**places: tuple[str, ...]) -> x509.Certificate:
    """The issuing CA's certificate."""
    constraints = (x509.BasicConstraints(ca=True, path_length=0), True)
    usage = (
        x509.KeyUsage(
            digital_signature=False, content_commitment=False, key_encipherment=False,
            data_encipherment=False, key_agreement=False, key_cert_sign=True, crl_sign=True,
            encipher_only=False, decipher_only=False,
        ),
        True,
    )  # fmt: skip
    return certificate(
        ISSUING.subject, ISSUING.key, ROOT, begin="2020-01-01", end="2040-01-01",
        extensions=[constraints, usage, *addresses(**places)],
    )  # fmt: skip


def server(**places: tuple[str, ...]) -> x509.Certificate:
    """A server's certificate."""
    return leaf(HOST, LEAF_KEY, ISSUING, extensions=addresses(**places))


def revocation_list(
    *revoked: int,
    by: Issuer = ISSUING,
    begin: datetime = NOW - DAY,
    end: datetime | None = NOW + DAY,
    reason: x509.ReasonFlags | None = x509.ReasonFlags.key_compromise,
    extensions: tuple[tuple[x509.ExtensionType, bool], ...] = (),
) -> bytes:
    """A list of these serial numbers."""
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(by.subject)
        .last_update(begin)
        .next_update(end or NOW + DAY)
        .add_extension(x509.CRLNumber(7), critical=False)
    )
    for extension, critical in extensions:
        builder = builder.add_extension(extension, critical=critical)
    for serial in revoked:
        entry = (
            x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(NOW - 9 * DAY)
        )
        if reason is not None:
            entry = entry.add_extension(x509.CRLReason(reason), critical=False)
        builder = builder.add_revoked_certificate(entry.build())
    return builder.sign(by.key, hashes.SHA256()).public_bytes(Encoding.DER)


def point(**fields: object) -> tuple[tuple[x509.ExtensionType, bool], ...]:
    """The extension that says what part of a CA's certificates a list covers."""
    given = {
        "full_name": None, "relative_name": None, "only_contains_user_certs": False,
        "only_contains_ca_certs": False, "only_some_reasons": None, "indirect_crl": False,
        "only_contains_attribute_certs": False, **fields,
    }  # fmt: skip
    return ((x509.IssuingDistributionPoint(**given), True),)


def answer(
    about: x509.Certificate,
    issuer: x509.Certificate,
    status: ocsp.OCSPCertStatus = ocsp.OCSPCertStatus.GOOD,
    *,
    by: Issuer = ISSUING,
    begin: datetime = NOW - DAY,
    end: datetime | None = NOW + DAY,
) -> bytes:
    """An OCSP response."""
    gone = status is ocsp.OCSPCertStatus.REVOKED
    signer = ca(by.subject, by.key)
    builder = (
        ocsp.OCSPResponseBuilder()
        .add_response(
            cert=about, issuer=issuer, algorithm=hashes.SHA1(), cert_status=status,
            this_update=begin, next_update=end,
            revocation_time=NOW - 9 * DAY if gone else None,
            revocation_reason=x509.ReasonFlags.superseded if gone else None,
        )
        .responder_id(ocsp.OCSPResponderEncoding.HASH, signer)
    )  # fmt: skip
    return builder.sign(by.key, hashes.SHA256()).public_bytes(Encoding.DER)


def delegate() -> tuple[Issuer, x509.Certificate]:
    """A responder that the issuing CA has certified."""
    who = Issuer(subject=name("Books Responder", "Books"), key=ec_key("books responder"))
    usage = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.OCSP_SIGNING])
    made = certificate(
        who.subject, who.key, ISSUING, begin="2026-11-01", end="2026-12-01",
        extensions=[(usage, False)],
    )  # fmt: skip
    return who, made


def bundle(*members: x509.Certificate) -> bytes:
    """Certificates in a PKCS #7 message."""
    return pkcs7.serialize_certificates(list(members), Encoding.DER)
