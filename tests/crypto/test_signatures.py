"""The proof of the leaf's key: every scheme, valid, invalid and unknown."""

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed448, ed25519, padding, rsa, x25519
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from hypothesis import given
from hypothesis import strategies as st

from tlsprobe.crypto.signatures import Check, check, server_context

SIGNED = b"client random, server random, parameters"
HASHES = {1: hashes.MD5(), 2: hashes.SHA1(), 3: hashes.SHA224(), 4: hashes.SHA256(),
          5: hashes.SHA384(), 6: hashes.SHA512()}  # fmt: skip

RSA = rsa.generate_private_key(65537, 2048)
SMALL_RSA = rsa.generate_private_key(65537, 1024)
ECDSA = ec.generate_private_key(ec.SECP256R1())
BRAINPOOL = ec.generate_private_key(ec.BrainpoolP256R1())
ED25519 = ed25519.Ed25519PrivateKey.generate()
ED448 = ed448.Ed448PrivateKey.generate()
DSA = dsa.generate_private_key(1024)


def pkcs1(key, digest):
    """RSASSA-PKCS1-v1_5."""
    return lambda data: key.sign(data, padding.PKCS1v15(), digest)


def pss(key, digest, salt=None):
    """RSASSA-PSS with a salt as long as the digest (RFC 8446 section 4.2.3)."""
    scheme = padding.PSS(padding.MGF1(digest), digest.digest_size if salt is None else salt)
    return lambda data: key.sign(data, scheme, digest)


def ecdsa(key, digest):
    """ECDSA."""
    return lambda data: key.sign(data, ec.ECDSA(digest))


SCHEMES = {
    **{0x0001 | code << 8: (RSA, pkcs1(RSA, HASHES[code])) for code in (2, 3, 4, 5, 6)},
    **{0x0003 | code << 8: (ECDSA, ecdsa(ECDSA, HASHES[code])) for code in (2, 3, 4, 5, 6)},
    **{0x0800 | 4 + at: (RSA, pss(RSA, HASHES[4 + at])) for at in range(3)},
    **{0x0800 | 9 + at: (RSA, pss(RSA, HASHES[4 + at])) for at in range(3)},
    **{0x081A + at: (BRAINPOOL, ecdsa(BRAINPOOL, HASHES[4 + at])) for at in range(3)},
    0x0807: (ED25519, ED25519.sign),
    0x0808: (ED448, ED448.sign),
    0x0202: (DSA, lambda data: DSA.sign(data, HASHES[2])),
    0x0402: (DSA, lambda data: DSA.sign(data, HASHES[4])),
}
EVERY = pytest.mark.parametrize("scheme", SCHEMES, ids="0x{:04x}".format)


@EVERY
def test_valid(scheme):
    """A signature as its scheme asks for it is valid."""
    key, sign = SCHEMES[scheme]
    assert check(key.public_key(), scheme, sign(SIGNED), SIGNED) is Check.VALID


@EVERY
def test_invalid(scheme):
    """Over other bytes, cut off, changed, longer or empty it is not."""
    key, sign = SCHEMES[scheme]
    public, signature = key.public_key(), sign(SIGNED)
    assert check(public, scheme, signature, SIGNED + b"!") is Check.INVALID
    changed = signature[:-1] + bytes([signature[-1] ^ 1])
    for wrong in (
        signature[:-1],
        signature[:1],
        b"",
        changed,
        signature + b"\0",
        bytes(len(signature)),
    ):
        assert check(public, scheme, wrong, SIGNED) is Check.INVALID


@EVERY
@pytest.mark.parametrize(
    "key", [RSA, ECDSA, ED25519, ED448, DSA], ids=lambda one: type(one).__name__
)
def test_a_key_of_another_kind(scheme, key):
    """Where the key does not belong to the scheme nobody can tell, and it is never valid."""
    of_scheme, sign = SCHEMES[scheme]
    kinds = (rsa.RSAPrivateKey, ec.EllipticCurvePrivateKey, ed25519.Ed25519PrivateKey,
             ed448.Ed448PrivateKey, dsa.DSAPrivateKey)  # fmt: skip
    kind = next(one for one in kinds if isinstance(of_scheme, one))
    if isinstance(key, kind):
        return
    assert check(key.public_key(), scheme, sign(SIGNED), SIGNED) is Check.UNKNOWN


@EVERY
def test_a_key_of_the_same_kind(scheme):
    """Another key of the right kind did not sign it."""
    _, sign = SCHEMES[scheme]
    others = {
        "RSA": SMALL_RSA, "ECDSA": ec.generate_private_key(ec.SECP384R1()),
        "ED25519": ed25519.Ed25519PrivateKey.generate(), "ED448": ed448.Ed448PrivateKey.generate(),
        "DSA": dsa.generate_private_key(1024),
    }  # fmt: skip
    answers = [check(one.public_key(), scheme, sign(SIGNED), SIGNED) for one in others.values()]
    assert Check.VALID not in answers
    assert answers.count(Check.INVALID) == 1


@pytest.mark.parametrize("scheme", [0x0000, 0x0101, 0x0904, 0x0708, 0xFFFF, 0x0A0A])
def test_unknown_schemes(scheme):
    """A scheme that is not known here is neither valid nor invalid."""
    for key in (RSA, ECDSA, ED25519):
        assert check(key.public_key(), scheme, bytes(64), SIGNED) is Check.UNKNOWN


def test_no_key():
    """Without a key that could be read, or with one that cannot sign, nobody can tell."""
    exchange = x25519.X25519PrivateKey.generate().public_key()
    for key in (None, exchange):
        for scheme in (None, 0x0403, 0x0804):
            assert check(key, scheme, bytes(64), SIGNED) is Check.UNKNOWN


def both_digests(data):
    """MD5 and SHA-1 of the data, one behind the other."""
    digests = b""
    for algorithm in (hashes.MD5(), hashes.SHA1()):
        digest = hashes.Hash(algorithm)
        digest.update(data)
        digests += digest.finalize()
    return digests


def md5_sha1(key, data):
    """The signature of TLS 1.0 and 1.1 with RSA: both digests, padded, without a DigestInfo."""
    size = key.key_size // 8
    numbers = key.private_numbers()
    padded = b"\0\1".ljust(size - 37, b"\xff") + b"\0" + both_digests(data)
    power = pow(int.from_bytes(padded), numbers.d, numbers.public_numbers.n)
    return power.to_bytes(size)


def test_tls_1_0_rsa():
    """Before TLS 1.2 RSA signs MD5 and SHA-1 together (RFC 4346 section 7.4.3)."""
    signature, public = md5_sha1(RSA, SIGNED), RSA.public_key()
    assert check(public, None, signature, SIGNED) is Check.VALID
    assert check(public, None, signature, SIGNED + b"!") is Check.INVALID
    assert check(public, None, signature[:-1], SIGNED) is Check.INVALID
    assert check(public, None, b"", SIGNED) is Check.INVALID
    assert check(public, None, pkcs1(RSA, HASHES[2])(SIGNED), SIGNED) is Check.INVALID
    assert check(SMALL_RSA.public_key(), None, signature, SIGNED) is Check.INVALID


def test_tls_1_0_others():
    """Before TLS 1.2 ECDSA and DSA sign SHA-1; EdDSA did not exist."""
    for key, sign in (SCHEMES[0x0203], SCHEMES[0x0202]):
        assert check(key.public_key(), None, sign(SIGNED), SIGNED) is Check.VALID
        assert check(key.public_key(), None, sign(SIGNED + b"!"), SIGNED) is Check.INVALID
    assert check(ECDSA.public_key(), None, SCHEMES[0x0403][1](SIGNED), SIGNED) is Check.INVALID
    assert check(ED25519.public_key(), None, ED25519.sign(SIGNED), SIGNED) is Check.UNKNOWN


def test_a_scheme_is_held_to_its_hash():
    """A signature with another hash than the scheme's, or another salt, does not count."""
    assert check(RSA.public_key(), 0x0401, SCHEMES[0x0501][1](SIGNED), SIGNED) is Check.INVALID
    assert check(RSA.public_key(), 0x0804, SCHEMES[0x0401][1](SIGNED), SIGNED) is Check.INVALID
    assert check(RSA.public_key(), 0x0804, pss(RSA, HASHES[4], 0)(SIGNED), SIGNED) is Check.INVALID
    assert check(ECDSA.public_key(), 0x0403, SCHEMES[0x0503][1](SIGNED), SIGNED) is Check.INVALID


def test_a_key_too_small_for_the_scheme():
    """RSA of 1024 bits cannot make PSS with SHA-512: whatever is sent as such is not valid."""
    assert check(SMALL_RSA.public_key(), 0x0806, bytes(128), SIGNED) is Check.INVALID


def test_prehashed_is_not_taken():
    """What is signed is the handshake, not a digest that somebody chose."""
    signature = ECDSA.sign(bytes(32), ec.ECDSA(Prehashed(hashes.SHA256())))
    assert check(ECDSA.public_key(), 0x0403, signature, bytes(32)) is Check.INVALID


def test_server_context():
    """A TLS 1.3 server signs 64 spaces, its context and the hash (RFC 8446 section 4.4.3)."""
    # The example that the RFC prints, for a hash of 32 times 01.
    expected = b" " * 64 + b"TLS 1.3, server CertificateVerify" + b"\0" + b"\1" * 32
    assert server_context(b"\1" * 32) == expected


@pytest.mark.parametrize(
    "key", [RSA, ECDSA, ED25519, ED448, DSA], ids=lambda one: type(one).__name__
)
@given(scheme=st.one_of(st.none(), st.sampled_from(sorted(SCHEMES)), st.integers(0, 0xFFFF)),
       signature=st.binary(max_size=300))  # fmt: skip
def test_no_bytes_are_valid(key, scheme, signature):
    """Bytes that nobody signed are never valid, and break nothing."""
    assert check(key.public_key(), scheme, signature, SIGNED) is not Check.VALID
