"""Strictness is what OpenSSL's own strict verifier says: chains of all kinds are held against it."""

import ssl
from datetime import UTC, datetime
from itertools import product

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from OpenSSL import crypto

from fixtures.chains.authority import day, ec_key, name, serial
from tlsprobe.certs.certificate import parse
from tlsprobe.certs.chain import build
from tlsprobe.certs.strictness import Fault, faults
from tlsprobe.certs.trust import KnownCA, TrustStore

AT = datetime(2026, 11, 23, 12, tzinfo=UTC)
ROOT, MIDDLE, LEAF = ec_key("strict root"), ec_key("strict middle"), ec_key("server")
STRICT, LAX = crypto.X509StoreFlags.X509_STRICT, 0


def usage(*, sign, crl=False):
    """A keyUsage."""
    return x509.KeyUsage(
        digital_signature=True, key_cert_sign=sign, crl_sign=crl, content_commitment=False,
        key_encipherment=False, data_encipherment=False, key_agreement=False,
        encipher_only=False, decipher_only=False,
    )  # fmt: skip


def made(
    subject, key, issuer, issuer_key, *, constraints=None, constraints_critical=True, key_usage=None,
    subject_id=True, subject_id_critical=False, authority_id=True, authority_id_critical=False,
    names=None, names_critical=False,
):  # fmt: skip
    """A certificate with these extensions and no others."""
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(serial(subject))
        .not_valid_before(day("2020-01-01"))
        .not_valid_after(day("2040-01-01"))
    )
    if constraints is not None:
        builder = builder.add_extension(constraints, critical=constraints_critical)
    if key_usage is not None:
        builder = builder.add_extension(key_usage, critical=True)
    if subject_id:
        identifier = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
        builder = builder.add_extension(identifier, critical=subject_id_critical)
    if authority_id:
        identifier = x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key())
        builder = builder.add_extension(identifier, critical=authority_id_critical)
    if names is not None:
        alternative = x509.SubjectAlternativeName([x509.DNSName(one) for one in names])
        builder = builder.add_extension(alternative, critical=names_critical)
        builder = builder.add_extension(
            x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False
        )
    return builder.sign(issuer_key, hashes.SHA256(), ecdsa_deterministic=True)


CA = {
    "constraints": x509.BasicConstraints(ca=True, path_length=None),
    "key_usage": usage(sign=True),
}
SERVER = {"names": ["sync.cloud.example"], "key_usage": usage(sign=False)}
NAMES = (name("Strict Root", "Example"), name("Strict CA", "Example"))
SERVER_NAME = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "sync.cloud.example")])


def chain(*, root=(), middle=(), leaf=(), subject=SERVER_NAME):
    """Leaf, intermediate and root, each honest but for what is given."""
    return (
        made(subject, LEAF, NAMES[1], MIDDLE, **SERVER | dict(leaf)),
        made(NAMES[1], MIDDLE, NAMES[0], ROOT, **CA | dict(middle)),
        made(NAMES[0], ROOT, NAMES[0], ROOT, **CA | dict(root)),
    )


def refused(presented, root, flags):
    """What OpenSSL says of the chain under these flags; None where it accepts."""
    store = crypto.X509Store()
    store.set_time(AT)
    store.set_flags(flags)
    store.add_cert(crypto.X509.from_cryptography(root))
    leaf, *above = map(crypto.X509.from_cryptography, presented)
    try:
        crypto.X509StoreContext(store, leaf, above).verify_certificate()
    except crypto.X509StoreContextError as error:
        return str(error)
    return None


def found(presented, root):
    """What we say of the same."""
    read = [parse(one.public_bytes(Encoding.DER)) for one in (*presented, root)]
    store = TrustStore(
        name="test", origin="test", cas=(KnownCA.of(read[-1], root=True, origin="test"),)
    )
    path = build(tuple(read[:-1]), store)
    assert path.anchor is not None
    return [one.fault for one in faults(path)]


EDITS = {
    "honest": {},
    "no basicConstraints": {"constraints": None},
    "not critical": {"constraints_critical": False},
    "no CA": {"constraints": x509.BasicConstraints(ca=False, path_length=None)},
    "path length": {"constraints": x509.BasicConstraints(ca=True, path_length=1)},
    "path length, may not sign": {
        "constraints": x509.BasicConstraints(ca=True, path_length=1), "key_usage": None,
    },
    "no keyUsage": {"key_usage": None},
    "keyUsage to sign": {"key_usage": usage(sign=True)},
    "keyUsage for CRLs": {"key_usage": usage(sign=True, crl=True)},
    "no subjectKeyIdentifier": {"subject_id": False},
    "critical subjectKeyIdentifier": {"subject_id_critical": True},
    "no authorityKeyIdentifier": {"authority_id": False},
    "critical authorityKeyIdentifier": {"authority_id_critical": True},
    "critical subjectAltName": {"names_critical": True},
    "no names": {"names": None},
    "empty names": {"names": []},
}  # fmt: skip


CRITICAL = {Fault.CONSTRAINTS_NOT_CRITICAL, Fault.NAMES_NOT_CRITICAL}
"""What OpenSSL 3 minds and 4.0 does not."""


@pytest.mark.parametrize("sent", [True, False], ids=["root sent", "root not sent"])
@pytest.mark.parametrize("where", ["root", "middle", "leaf"])
def test_as_openssl_verifies(where, sent):
    """Whatever one certificate lacks or has too much: what OpenSSL refuses has a fault, and no other.

    Chains that OpenSSL refuses without strictness as well are other checks' concern.
    """
    judged = 0
    for edit, subject in product(EDITS.values(), (SERVER_NAME, x509.Name([]))):
        leaf, middle, root = chain(**{where: edit}, subject=subject)
        presented = (leaf, middle, root) if sent else (leaf, middle)
        if refused(presented, root, LAX) is not None:
            continue
        judged += 1
        reason = refused(presented, root, STRICT)
        ours = set(found(presented, root))
        assert (reason is not None) <= bool(ours), (edit, subject, reason)
        assert (reason is None) <= (ours <= CRITICAL), (edit, subject, ours)
    assert judged > len(EDITS)


@pytest.mark.skipif(ssl.OPENSSL_VERSION_INFO[0] != 3, reason="of OpenSSL 3, as Python 3.13 has it")
@pytest.mark.parametrize(
    ("edits", "mended"),
    [
        ({"root": {"constraints_critical": False}}, {}),
        ({"middle": {"constraints_critical": False}}, {}),
        ({"subject": x509.Name([])}, {"leaf": {"names_critical": True}, "subject": x509.Name([])}),
        ({"root": {"subject_id": False}}, {}),
        ({"leaf": {"authority_id": False}}, {}),
    ],
    ids=["root's constraints", "CA's constraints", "names", "root's key id", "leaf's authority id"],
)
def test_as_pythons_ssl_verifies(edits, mended, tmp_path):
    """A client of Python's, set as 3.13 sets it, refuses the one in a handshake and not the other."""
    assert "certificate verify failed" in shaken(tmp_path, *chain(**edits))
    assert shaken(tmp_path, *chain(**mended)) == ""
    assert found(chain(**edits)[:2], chain(**edits)[2])
    assert not found(chain(**mended)[:2], chain(**mended)[2])


def shaken(folder, leaf, middle, root):
    """What a strict client says in a handshake with a server that presents the chain."""
    file = folder / "server.pem"
    file.write_bytes(
        LEAF.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        + leaf.public_bytes(Encoding.PEM) + middle.public_bytes(Encoding.PEM)
    )  # fmt: skip
    serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    serving.load_cert_chain(file)
    asking = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    asking.load_verify_locations(cadata=root.public_bytes(Encoding.DER))
    asking.verify_flags |= ssl.VERIFY_X509_STRICT
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    server = serving.wrap_bio(to_server, to_client, server_side=True)
    client = asking.wrap_bio(to_client, to_server, server_hostname="sync.cloud.example")
    for _ in range(3):
        for side in (client, server):
            try:
                side.do_handshake()
            except ssl.SSLWantReadError:
                continue
            except ssl.SSLError as error:
                return str(error)
    return ""


def test_nothing_is_found_in_an_honest_chain():
    """A chain as RFC 5280 wants it has no fault."""
    leaf, middle, root = chain()
    assert found((leaf, middle), root) == []


@pytest.mark.parametrize(
    ("edits", "expected"),
    [
        ({"root": {"constraints_critical": False}}, [Fault.CONSTRAINTS_NOT_CRITICAL]),
        ({"root": {"subject_id": False}}, [Fault.NO_SUBJECT_KEY_ID]),
        ({"middle": {"key_usage": None}}, [Fault.NO_KEY_USAGE]),
        ({"leaf": {"authority_id": False}}, [Fault.NO_AUTHORITY_KEY_ID]),
        ({"leaf": {"key_usage": usage(sign=True)}}, [Fault.SIGNS_BUT_IS_NO_CA]),
        ({"leaf": {"names": None}, "subject": x509.Name([])}, [Fault.SUBJECT_EMPTY]),
        ({"leaf": {"names": []}}, [Fault.NAMES_EMPTY]),
        ({"subject": x509.Name([])}, [Fault.NAMES_NOT_CRITICAL]),
    ],
    ids=lambda one: "",
)
def test_each_fault_is_named(edits, expected):
    """A fault is told by its name, on the certificate that has it."""
    leaf, middle, root = chain(**edits)
    assert found((leaf, middle), root) == expected


def test_a_certificate_alone():
    """A self-signed certificate is under no such rule (RFC 6818 section 2), as for OpenSSL."""
    alone = made(SERVER_NAME, LEAF, SERVER_NAME, LEAF, names=["sync.cloud.example"],
                 authority_id=False, subject_id=False)  # fmt: skip
    assert refused((alone,), alone, STRICT) is None
    read = parse(alone.public_bytes(Encoding.DER))
    store = TrustStore(name="t", origin="t", cas=(KnownCA.of(read, root=True, origin="t"),))
    assert faults(build((read,), store)) == ()
    assert faults(build((read,), TrustStore(name="t", origin="t", cas=()))) == ()
