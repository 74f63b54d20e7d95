"""Open protected records (RFC 8446 section 5.2)."""

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM, ChaCha20Poly1305

from tlsprobe.crypto.key_schedule import traffic_key
from tlsprobe.crypto.suites import Aead, Tls13Suite


class Opener:
    """Opens the records of one direction under one traffic secret, in order."""

    __slots__ = ("_aead", "_nonce_base", "_secret", "_sequence", "_suite")

    def __init__(self, suite: Tls13Suite, traffic_secret: bytes) -> None:
        self._suite = suite
        self._secret = traffic_secret
        self._aead: AESGCM | ChaCha20Poly1305 | None = None
        self._nonce_base = 0
        self._sequence = 0

    def open(self, header: bytes, fragment: bytes) -> tuple[int, bytes] | None:
        """(content type, plaintext) of the next record; None where it does not open.

        A record that fails does not count: the sequence number stays, as for a receiver that skips
        early data it cannot read (RFC 8446 section 4.2.10).
        """
        aead = self._aead or self._prepare()
        nonce = (self._nonce_base ^ self._sequence).to_bytes(12)
        try:
            inner = aead.decrypt(nonce, fragment, header)
        except (InvalidTag, ValueError):
            return None
        self._sequence += 1
        inner = inner.rstrip(b"\0")
        return (inner[-1], inner[:-1]) if inner else (0, b"")

    def _prepare(self) -> AESGCM | ChaCha20Poly1305:
        """Derive the key; a client that is broken off after its hello never needs one."""
        key, iv = traffic_key(self._suite, self._secret)
        chacha = self._suite.aead is Aead.CHACHA20_POLY1305
        self._aead = ChaCha20Poly1305(key) if chacha else AESGCM(key)
        self._nonce_base = int.from_bytes(iv)
        return self._aead
