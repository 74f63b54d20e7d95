"""The TLS 1.3 key schedule: functions from secret and transcript hash to secret.

RFC 8446 section 7.1 to 7.3. Only what a reader of handshakes needs: the handshake traffic secrets,
and keys from any traffic secret, computed or logged.
"""

import hashlib
import hmac
from functools import lru_cache

from msgspec import Struct

from tlsprobe.crypto.suites import Tls13Suite


class TrafficSecrets(Struct, frozen=True):
    """The two secrets of one epoch."""

    client: bytes
    server: bytes


def handshake_secrets(
    suite: Tls13Suite, shared_secret: bytes, transcript_hash: bytes
) -> TrafficSecrets:
    """Handshake traffic secrets without a PSK; the hash is that of ClientHello...ServerHello."""
    secret = _extract(suite.hash_name, _derived_early_secret(suite.hash_name), shared_secret)
    return TrafficSecrets(
        client=_derive(suite.hash_name, secret, b"c hs traffic", transcript_hash),
        server=_derive(suite.hash_name, secret, b"s hs traffic", transcript_hash),
    )


def traffic_key(suite: Tls13Suite, traffic_secret: bytes) -> tuple[bytes, bytes]:
    """Key and nonce base ("iv") of a traffic secret (RFC 8446 section 7.3)."""
    name = suite.hash_name
    return (
        _expand_label(name, traffic_secret, b"key", b"", suite.aead.key_size),
        _expand_label(name, traffic_secret, b"iv", b"", 12),
    )


@lru_cache(maxsize=8)
def _derived_early_secret(hash_name: str) -> bytes:
    size = hashlib.new(hash_name).digest_size
    early = _extract(hash_name, bytes(size), bytes(size))
    return _derive(hash_name, early, b"derived", hashlib.new(hash_name).digest())


def _extract(hash_name: str, salt: bytes, key: bytes) -> bytes:
    return hmac.digest(salt, key, hash_name)


def _derive(hash_name: str, secret: bytes, label: bytes, transcript_hash: bytes) -> bytes:
    return _expand_label(hash_name, secret, label, transcript_hash, len(transcript_hash))


def _expand_label(hash_name: str, secret: bytes, label: bytes, context: bytes, size: int) -> bytes:
    """HKDF-Expand-Label; one block of the hash is enough for everything asked for here."""
    label = b"tls13 " + label
    info = b"%b%c%b%c%b\x01" % (size.to_bytes(2), len(label), label, len(context), context)
    return hmac.digest(secret, info, hash_name)[:size]
