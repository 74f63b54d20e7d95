"""How long and how much one connection may take."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Seconds for each phase, and the bytes that are read at most."""

    resolve: float = 5.0
    """For the addresses of a name."""
    connect: float = 5.0
    """Until the connection stands, proxies included."""
    handshake: float = 10.0
    """From the hello until the reader has what it needs."""
    total: float = 15.0
    """For connection and handshake together."""
    max_bytes: int = 256 * 1024
    """Of the server's: four times what a long chain with staples and a large CA list takes."""

    @classmethod
    def within(cls, timeout: float, *, max_bytes: int = 256 * 1024) -> "Limits":
        """Limits of one `--timeout` in seconds, in the proportions of the defaults."""
        return cls(
            resolve=timeout / 3,
            connect=timeout / 3,
            handshake=timeout * 2 / 3,
            total=timeout,
            max_bytes=max_bytes,
        )
