"""What was seen on one connection: the seam between the wire and everything that judges.

A live probe and a capture both end in a `Transcript`; whatever reads it cannot tell which it was.
"""

from datetime import datetime
from enum import Enum

from msgspec import Struct


class Direction(Enum):
    """Who sent the bytes."""

    __hash__ = object.__hash__  # members are singletons; Enum would hash the name, in Python

    CLIENT = "client"
    SERVER = "server"

    @property
    def opposite(self) -> "Direction":
        """The peer of this sender."""
        return Direction.SERVER if self is Direction.CLIENT else Direction.CLIENT


class Origin(Enum):
    """Where a transcript comes from."""

    LIVE = "live"
    CAPTURE = "capture"


class Ending(Enum):
    """How the connection stood when the last segment had been seen."""

    OPEN = "open"
    """Nobody closed it: the reader had what it needed, or the capture ends here."""
    CLOSED = "closed"
    """The server closed it in order (FIN)."""
    RESET = "reset"
    """The server, or a box in its name, reset it (RST)."""
    TIMED_OUT = "timed-out"
    """The deadline passed while bytes were awaited."""
    OVERRUN = "overrun"
    """The server sent more than any handshake needs; reading was stopped."""


class Segment(Struct, frozen=True):
    """Bytes that one side sent, in order; `at` is seconds after `Transcript.started`."""

    direction: Direction
    data: bytes
    at: float = 0.0


class Gap(Struct, frozen=True):
    """`size` bytes of one direction that nobody saw."""

    direction: Direction
    size: int
    at: float = 0.0


class Transcript(Struct, frozen=True, kw_only=True):
    """Both directions of one connection, from its first byte, in the order seen."""

    origin: Origin
    client: str | None
    """`address:port` of the client, where known."""
    server: str | None
    """`address:port` that was connected to, where known."""
    started: datetime
    """When the first segment was sent; time-zone aware."""
    segments: tuple[Segment | Gap, ...]
    ending: Ending
