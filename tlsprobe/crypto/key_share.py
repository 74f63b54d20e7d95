"""Ephemeral keys, and the secret that each group makes of them and the peer's share.

RFC 8446 sections 4.2.8 and 7.4; hybrids by draft-ietf-tls-ecdhe-mlkem, where both halves are simply
put behind one another: ML-KEM first in X25519MLKEM768, the curve first in SecP256r1MLKEM768.
"""

from collections.abc import Callable, Mapping
from typing import Protocol

from cryptography.exceptions import InvalidKey, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, mlkem
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tlsprobe.errors import UsageError

SECP256R1 = 0x0017
SECP384R1 = 0x0018
SECP521R1 = 0x0019
X25519 = 0x001D
SECP256R1_MLKEM768 = 0x11EB
X25519_MLKEM768 = 0x11EC

MLKEM768_CIPHERTEXT = 1088
# What the libraries raise for a share that is no key: wrong length, point off the curve, zero result.
_NO_KEY = (ValueError, TypeError, InvalidKey, UnsupportedAlgorithm)

Entropy = Callable[[int], bytes]
"""Gives as many random bytes as it is asked for."""


class PrivateShare(Protocol):
    """The private half of one key share."""

    @property
    def public(self) -> bytes:
        """The share as the client sends it."""
        ...

    def shared_secret(self, peer_share: bytes) -> bytes | None:
        """The secret of this and the server's share; None where that is no valid share."""
        ...


class _X25519:
    __slots__ = ("_key", "public")

    def __init__(self, entropy: Entropy) -> None:
        self._key = X25519PrivateKey.from_private_bytes(entropy(32))
        self.public = self._key.public_key().public_bytes_raw()

    def shared_secret(self, peer_share: bytes) -> bytes | None:
        try:
            return self._key.exchange(X25519PublicKey.from_public_bytes(peer_share))
        except _NO_KEY:
            return None


class _Curve:
    __slots__ = ("_curve", "_key", "public")

    def __init__(self, curve: ec.EllipticCurve, entropy: Entropy) -> None:
        self._curve = curve
        # 64 bits more than the order, so that the remainder is as good as uniform (FIPS 186-5 A.2.1);
        # the order of each of these curves is above half of its full bit size.
        excess = int.from_bytes(entropy(curve.key_size // 8 + 9))
        scalar = excess % (2 ** (curve.key_size - 1)) + 1
        self._key = ec.derive_private_key(scalar, curve)
        self.public = self._key.public_key().public_bytes(
            Encoding.X962, PublicFormat.UncompressedPoint
        )

    def shared_secret(self, peer_share: bytes) -> bytes | None:
        try:
            peer = ec.EllipticCurvePublicKey.from_encoded_point(self._curve, peer_share)
            return self._key.exchange(ec.ECDH(), peer)
        except _NO_KEY:
            return None


class _MLKEM768:
    __slots__ = ("_key", "public")

    def __init__(self, entropy: Entropy) -> None:
        self._key = mlkem.MLKEM768PrivateKey.from_seed_bytes(entropy(64))
        self.public = self._key.public_key().public_bytes_raw()

    def shared_secret(self, peer_share: bytes) -> bytes | None:
        try:
            return self._key.decapsulate(peer_share)
        except _NO_KEY:
            return None


class _Hybrid:
    """Two shares, and two secrets, behind one another."""

    __slots__ = ("_first", "_peer_first", "_second", "public")

    def __init__(self, first: PrivateShare, second: PrivateShare, peer_first: int) -> None:
        self._first, self._second = first, second
        self._peer_first = peer_first
        self.public = first.public + second.public

    def shared_secret(self, peer_share: bytes) -> bytes | None:
        one = self._first.shared_secret(peer_share[: self._peer_first])
        two = self._second.shared_secret(peer_share[self._peer_first :])
        return None if one is None or two is None else one + two


_MAKERS: Mapping[int, Callable[[Entropy], PrivateShare]] = {
    SECP256R1: lambda entropy: _Curve(ec.SECP256R1(), entropy),
    SECP384R1: lambda entropy: _Curve(ec.SECP384R1(), entropy),
    SECP521R1: lambda entropy: _Curve(ec.SECP521R1(), entropy),
    X25519: _X25519,
    X25519_MLKEM768: lambda entropy: _Hybrid(
        _MLKEM768(entropy), _X25519(entropy), MLKEM768_CIPHERTEXT
    ),
    SECP256R1_MLKEM768: lambda entropy: _Hybrid(
        _Curve(ec.SECP256R1(), entropy), _MLKEM768(entropy), 65
    ),
}
GROUPS: tuple[int, ...] = tuple(_MAKERS)
"""The groups that we can make a share of."""


def generate(group: int, entropy: Entropy) -> PrivateShare:
    """A fresh share; `UsageError` for a group that is not in `GROUPS`."""
    maker = _MAKERS.get(group)
    if maker is None:
        raise UsageError(f"no key share can be made for group 0x{group:04x}")
    return maker(entropy)


class EphemeralKeys:
    """A key source over the shares of one hello."""

    __slots__ = ("_shares",)

    def __init__(self, shares: Mapping[int, PrivateShare]) -> None:
        self._shares = dict(shares)

    def public(self, group: int) -> bytes:
        """The share that was offered for `group`."""
        return self._shares[group].public

    def with_share(self, group: int, share: PrivateShare) -> "EphemeralKeys":
        """These keys and one more, as the answer to a HelloRetryRequest needs it."""
        return EphemeralKeys({**self._shares, group: share})

    def shared_secret(self, group: int, peer_share: bytes) -> bytes | None:
        """The secret with the peer's share; None where we offered no share of that group."""
        share = self._shares.get(group)
        return None if share is None else share.shared_secret(peer_share)

    def logged_secret(self, client_random: bytes, label: str) -> bytes | None:  # noqa: ARG002
        """Nothing is logged: these are the keys themselves."""
        return None
