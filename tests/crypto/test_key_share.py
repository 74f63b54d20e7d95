"""Key shares: both ends agree, and nothing that a peer sends breaks ours."""

import os

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from tests.crypto import rfc8448
from tlsprobe.crypto import key_share
from tlsprobe.crypto.key_share import GROUPS, EphemeralKeys, generate
from tlsprobe.errors import UsageError

CURVES = {
    key_share.SECP256R1: ec.SECP256R1(),
    key_share.SECP384R1: ec.SECP384R1(),
    key_share.SECP521R1: ec.SECP521R1(),
}
SIZES = {
    key_share.SECP256R1: (65, 65),
    key_share.SECP384R1: (97, 97),
    key_share.SECP521R1: (133, 133),
    key_share.X25519: (32, 32),
    key_share.SECP256R1_MLKEM768: (65 + 1184, 65 + 1088),
    key_share.X25519_MLKEM768: (1184 + 32, 1088 + 32),
}
"""Bytes of the client's and of the server's share (RFC 8446 section 4.2.8, draft-ietf-tls-ecdhe-mlkem)."""
EVERY = pytest.mark.parametrize("group", GROUPS, ids=hex)


def curve_peer(curve, share):
    """(server's share, secret) by the library on a curve."""
    key = ec.generate_private_key(curve)
    peer = ec.EllipticCurvePublicKey.from_encoded_point(curve, share)
    point = key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return point, key.exchange(ec.ECDH(), peer)


def x25519_peer(share):
    """(server's share, secret) by the library on X25519."""
    key = X25519PrivateKey.generate()
    return key.public_key().public_bytes_raw(), key.exchange(
        X25519PublicKey.from_public_bytes(share)
    )


def peer(group, share):
    """(server's share, secret) as a server of that group makes them, by the library alone."""
    if group in CURVES:
        return curve_peer(CURVES[group], share)
    if group == key_share.X25519:
        return x25519_peer(share)
    # The secrets stand in the order of the shares: ML-KEM first with X25519, second with P-256.
    if group == key_share.X25519_MLKEM768:
        kem, ciphertext = MLKEM768PublicKey.from_public_bytes(share[:1184]).encapsulate()
        public, secret = x25519_peer(share[1184:])
        return ciphertext + public, kem + secret
    public, secret = curve_peer(ec.SECP256R1(), share[:65])
    kem, ciphertext = MLKEM768PublicKey.from_public_bytes(share[65:]).encapsulate()
    return public + ciphertext, secret + kem


def test_groups():
    """The groups that can be made are those of the table here."""
    assert set(GROUPS) == set(SIZES)


@EVERY
def test_both_ends_agree(group):
    """Our secret is the one that the library makes as the server, and the shares have their sizes."""
    ours = generate(group, os.urandom)
    share, secret = peer(group, ours.public)
    assert (len(ours.public), len(share)) == SIZES[group]
    assert ours.shared_secret(share) == secret


@pytest.mark.parametrize("group", [*CURVES, key_share.X25519], ids=hex)
def test_two_of_ours_agree(group):
    """Two shares of our own give one secret."""
    one, other = generate(group, os.urandom), generate(group, os.urandom)
    assert one.shared_secret(other.public) == other.shared_secret(one.public) != None  # noqa: E711


@EVERY
def test_same_entropy_same_share(group):
    """A share is its entropy, and other entropy is another share."""
    one, same, other = (
        generate(group, lambda size, byte=byte: bytes([byte]) * size) for byte in (1, 1, 2)
    )
    assert one.public == same.public != other.public


@EVERY
@pytest.mark.parametrize("byte", [b"\0", b"\xff"])
def test_any_entropy_makes_a_share(group, byte):
    """Even the worst entropy gives a key, never an error."""
    ours = generate(group, lambda size: byte * size)
    share, secret = peer(group, ours.public)
    assert ours.shared_secret(share) == secret


def wrong_shares(group, share):
    """What a peer may send instead of a share."""
    yield b""
    yield share[:-1]
    yield share + b"\0"
    yield bytes(len(share))
    yield b"\xff" * len(share)
    yield share[1:] + share[:1]


@EVERY
def test_wrong_shares(group):
    """A share of the wrong length, off the curve or of all zeros gives no secret, and no error."""
    ours = generate(group, os.urandom)
    share, secret = peer(group, ours.public)
    # On X25519 nearly every string of 32 bytes is a share, on P-256 few are.
    for wrong in wrong_shares(group, share):
        found = ours.shared_secret(wrong)
        assert found != secret
        if len(wrong) != len(share) or not any(wrong):
            assert found is None


@pytest.mark.parametrize("group", CURVES, ids=hex)
def test_a_compressed_point(group):
    """Compressed points, which TLS 1.3 does not have, are no way past the length of a share."""
    ours = generate(group, os.urandom)
    key = ec.generate_private_key(CURVES[group]).public_key()
    ours.shared_secret(key.public_bytes(Encoding.X962, PublicFormat.CompressedPoint))
    other = ec.generate_private_key(ec.SECP256K1()).public_key()
    foreign = other.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    assert ours.shared_secret(foreign) is None


@EVERY
@given(share=st.binary(max_size=1300))
def test_no_share_breaks_it(group, share):
    """Whatever a peer sends, there is a secret or none."""
    found = _OURS[group].shared_secret(share)
    assert found is None or isinstance(found, bytes)


_OURS = {group: generate(group, os.urandom) for group in GROUPS}


def test_rfc_8448_secret():
    """The published private key makes the published share, and with the peer's the published secret."""
    ours = generate(key_share.X25519, lambda _: rfc8448.CLIENT_PRIVATE_KEY)
    assert ours.public == rfc8448.CLIENT_SHARE
    assert ours.shared_secret(rfc8448.SERVER_SHARE) == rfc8448.SHARED_SECRET


def test_a_group_that_cannot_be_made():
    """A group that nobody here can make is the caller's mistake."""
    with pytest.raises(UsageError, match="0x001e"):
        generate(0x001E, os.urandom)


def test_a_key_source():
    """A hello's keys answer for the groups that were offered, and for a later one when it is added."""
    first, later = generate(key_share.X25519, os.urandom), generate(key_share.SECP384R1, os.urandom)
    keys = EphemeralKeys({key_share.X25519: first})
    share, secret = peer(key_share.X25519, keys.public(key_share.X25519))
    assert keys.shared_secret(key_share.X25519, share) == secret
    assert keys.shared_secret(key_share.SECP384R1, later.public) is None
    more = keys.with_share(key_share.SECP384R1, later)
    share, secret = peer(key_share.SECP384R1, later.public)
    assert more.shared_secret(key_share.SECP384R1, share) == secret
    assert keys.shared_secret(key_share.SECP384R1, share) is None
    assert more.logged_secret(bytes(32), "SERVER_HANDSHAKE_TRAFFIC_SECRET") is None
