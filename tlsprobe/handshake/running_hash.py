"""The transcript hash of TLS 1.3 (RFC 8446 section 4.4.1), of which the algorithm is known late."""

import hashlib
from typing import Protocol, Self

_MESSAGE_HASH = 254


class _Hash(Protocol):
    """The part of a hashlib object that is used here."""

    def update(self, data: bytes, /) -> None: ...
    def copy(self) -> Self: ...
    def digest(self) -> bytes: ...


class RunningHash:
    """Keeps messages until the ServerHello names the hash algorithm, and hashes from there on."""

    __slots__ = ("_hash", "_kept")

    def __init__(self) -> None:
        self._kept: list[bytes] | None = []
        self._hash: _Hash | None = None

    def add(self, raw: bytes) -> None:
        """Take the next message, header and all."""
        if self._hash is not None:
            self._hash.update(raw)
        elif self._kept is not None:
            self._kept.append(raw)

    def start(self, hash_name: str) -> None:
        """The algorithm is known: hash what was kept, unless a HelloRetryRequest said so before."""
        if self._hash is None:
            self._hash = hashlib.new(hash_name, b"".join(self._kept or ()))
        self._kept = None

    def restart(self, hash_name: str) -> None:
        """After a HelloRetryRequest, the message taken last, the first hello counts as its hash."""
        *first, request = self._kept or (b"",)
        digest = hashlib.new(hash_name, b"".join(first)).digest()
        self._hash = hashlib.new(hash_name, bytes((_MESSAGE_HASH, 0, 0, len(digest))) + digest)
        self._hash.update(request)
        self._kept = None

    def stop(self) -> None:
        """Nobody will ask."""
        self._kept = self._hash = None

    def digest(self) -> bytes:
        """The hash of all messages so far; b"" while it is not known how to hash, and when stopped."""
        return b"" if self._hash is None else self._hash.copy().digest()
