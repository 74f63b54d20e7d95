from datetime import UTC, datetime

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed448, ed25519, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given, settings
from hypothesis import strategies as st

from tlsprobe.certs import signatures
from tlsprobe.certs.certificate import parse

_NAME = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "a")])
_MOMENT = datetime(2026, 1, 1, tzinfo=UTC)
_RSA = rsa.generate_private_key(65537, 2048)
_EC = ec.generate_private_key(ec.SECP384R1())
_PSS = padding.PSS(padding.MGF1(hashes.SHA256()), 32)
_PLAIN_PSS = padding.PSS(padding.MGF1(hashes.SHA1()), 20)


def certificate(key, digest, rsa_padding=None):
    """A certificate signed by its own key."""
    builder = x509.CertificateBuilder(_NAME, _NAME, key.public_key(), 1, _MOMENT, _MOMENT)
    signed = builder.sign(key, digest, rsa_padding=rsa_padding)
    return parse(signed.public_bytes(Encoding.DER))


def spki(key):
    """The SubjectPublicKeyInfo of a private key."""
    return key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


_CASES = {
    "RSA": lambda: (certificate(_RSA, hashes.SHA256()), "sha256WithRSAEncryption", "RSA 2048"),
    "RSA with SHA-512": lambda: (
        certificate(_RSA, hashes.SHA512()), "sha512WithRSAEncryption", "RSA 2048",
    ),
    "RSA-PSS": lambda: (certificate(_RSA, hashes.SHA256(), _PSS), "RSASSA-PSS", "RSA 2048"),
    "EC": lambda: (certificate(_EC, hashes.SHA384()), "ecdsa-with-SHA384", "EC P-384"),
    "DSA": lambda: (
        certificate(dsa.generate_private_key(1024), hashes.SHA256()), "dsa-with-SHA256", "DSA",
    ),
    "Ed25519": lambda: (
        certificate(ed25519.Ed25519PrivateKey.generate(), None), "Ed25519", "Ed25519",
    ),
    "Ed448": lambda: (certificate(ed448.Ed448PrivateKey.generate(), None), "Ed448", "Ed448"),
}  # fmt: skip


@pytest.mark.parametrize("case", _CASES)
class TestVerifies:
    """Every kind of key that signs certificates."""

    def test_its_own_key_verifies_and_is_named(self, case):
        """The names are those that OpenSSL prints."""
        made, algorithm, key_type = _CASES[case]()
        assert made.signed_by(made.spki_der) is True
        assert (made.signature_algorithm, made.key_type) == (algorithm, key_type)

    def test_another_key_of_its_kind_does_not(self, case):
        """A plain no, not a doubt."""
        made, other = _CASES[case]()[0], _CASES[case]()[0]
        expected = other.spki_der == made.spki_der
        assert made.signed_by(other.spki_der) is expected

    def test_changed_contents_do_not(self, case):
        """One bit of the signed part is enough."""
        made = _CASES[case]()[0]
        at = made.der.index(b"\x0c\x01a") + 2
        changed = parse(made.der[:at] + b"b" + made.der[at + 1 :])
        assert changed.signed_by(made.spki_der) is False


def test_a_key_of_another_kind_is_a_plain_no():
    """An RSA key cannot have made an ECDSA signature."""
    assert certificate(_EC, hashes.SHA256()).signed_by(spki(_RSA)) is False
    assert certificate(_RSA, hashes.SHA256()).signed_by(spki(_EC)) is False


def test_what_cannot_be_verified_is_neither_yes_nor_no():
    """An unknown algorithm or key is our ignorance, not the peer's forgery."""
    made = certificate(_RSA, hashes.SHA256())
    sha256_rsa, gost = bytes.fromhex("2a864886f70d01010b"), bytes.fromhex("2a850307010103020b")
    unknown = parse(made.der.replace(sha256_rsa, gost))
    assert unknown.signed_by(made.spki_der) is None
    assert made.signed_by(b"no key") is None
    assert made.signed_by(b"") is None


def test_parameters_of_pss_have_defaults():
    """Without parameters they are SHA-1 and a salt of 20 bytes (RFC 4055 section 3.1)."""
    pss = bytes.fromhex("300d06092a864886f70d01010a3000")
    described = signatures.describe(pss)
    assert described.digest is not None
    assert described.digest.name == "sha1"
    data = b"data"
    signed = _RSA.sign(data, _PLAIN_PSS, hashes.SHA1())
    assert signatures.verifies(spki(_RSA), pss, signed, data) is True


def test_curves_and_strange_keys_are_named():
    """A key that cannot be used is still told by its kind."""
    assert signatures.key_type(spki(ec.generate_private_key(ec.SECP256R1()))) == "EC P-256"
    strange = spki(_EC).replace(bytes.fromhex("2b81040022"), bytes.fromhex("2b8104007f"))
    assert signatures.key_type(strange) == "EC 1.3.132.0.127"
    assert signatures.load(strange) is None
    assert signatures.key_type(b"") == "unreadable"


@given(st.binary(max_size=120), st.binary(max_size=60), st.binary(max_size=80))
@settings(deadline=None)
def test_any_bytes(key, algorithm, signature):
    """Neither keys nor algorithms of strangers raise."""
    assert signatures.verifies(key, algorithm, signature, b"") in (True, False, None)
    assert isinstance(signatures.key_type(key), str)
    assert isinstance(signatures.describe(algorithm).name, str)


@given(st.data())
@settings(deadline=None, max_examples=200)
def test_keys_and_algorithms_with_some_bytes_changed(data):
    """Mutations of good ones reach further than noise."""
    good = data.draw(st.sampled_from([spki(_RSA), spki(_EC)]))
    algorithm = bytearray(bytes.fromhex(
        "304106092a864886f70d01010a3034a00f300d06096086480165030402010500"
        "a11c301a06092a864886f70d010108300d06096086480165030402010500a203020120"))  # fmt: skip
    key = bytearray(good)
    for changed in (key, algorithm):
        for _ in range(data.draw(st.integers(0, 3))):
            changed[data.draw(st.integers(0, len(changed) - 1))] = data.draw(st.integers(0, 255))
    verified = signatures.verifies(bytes(key), bytes(algorithm), b"\0" * 256, b"data")
    assert verified in (False, None)
    assert isinstance(signatures.key_type(bytes(key)), str)
