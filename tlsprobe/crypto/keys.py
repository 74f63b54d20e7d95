"""Where secrets come from: the only difference between a live peer and a capture for the reader."""

from typing import Protocol


class KeySource(Protocol):
    """Answers the reader's two questions; None means that the secret is not known."""

    def shared_secret(self, group: int, peer_share: bytes) -> bytes | None:
        """The (EC)DHE or hybrid secret for the server's share of `group`.

        RFC 8446 section 7.4. None where we hold no private key of that group; also None where the
        peer's share is no valid public key.
        """
        ...

    def logged_secret(self, client_random: bytes, label: str) -> bytes | None:
        """A secret of an SSLKEYLOGFILE, such as ``SERVER_HANDSHAKE_TRAFFIC_SECRET`` (RFC 9850)."""
        ...


class NoKeys:
    """A key source that knows nothing."""

    def shared_secret(self, group: int, peer_share: bytes) -> bytes | None:  # noqa: ARG002
        """Nothing is known."""
        return None

    def logged_secret(self, client_random: bytes, label: str) -> bytes | None:  # noqa: ARG002
        """Nothing is known."""
        return None


class KeyLog:
    """Secrets by (client random, label), as a key log or a TLS library hands them out."""

    def __init__(self, secrets: dict[tuple[bytes, str], bytes] | None = None) -> None:
        self._secrets = secrets if secrets is not None else {}

    def add(self, client_random: bytes, label: str, secret: bytes) -> None:
        """Remember one secret."""
        self._secrets[client_random, label] = secret

    def shared_secret(self, group: int, peer_share: bytes) -> bytes | None:  # noqa: ARG002
        """A key log holds no private keys."""
        return None

    def logged_secret(self, client_random: bytes, label: str) -> bytes | None:
        """The secret of that connection and label, where it was logged."""
        return self._secrets.get((client_random, label))
