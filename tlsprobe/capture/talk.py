"""What was heard on one TCP connection that speaks TLS."""

from datetime import UTC, datetime, timedelta

from msgspec import Struct

from tlsprobe.handshake.summary import Handshake
from tlsprobe.handshake.transcript import Transcript

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Talk(Struct, frozen=True, kw_only=True, eq=False):
    """What was heard on one connection that speaks TLS, on its way to become a conversation."""

    client_side: int
    frame: int
    started: int
    """Nanoseconds since 1970 of the packet that begins the hello."""
    transcript: Transcript
    handshake: Handshake
    prelude: tuple[bytes, bytes]
    """What client and server sent before TLS."""
    complete: bool
    comments: tuple[str, ...]
    syn_ack_ttl: int | None
    answer_ttl: int | None
    differing: int
    disputed: int
    """Of the server's bytes that differ, those of which nothing says which copy is the right one."""
    connect_ms: float | None
    """From SYN to SYN-ACK."""
    answer_ms: float | None
    """From the hello to the first byte of its answer."""
    closed_by: tuple[bool, bool]
    """Whether client and server sent a FIN."""
    reset_by: tuple[bool, bool]
    left_after: tuple[float | None, float | None]
    """Seconds from the hello until client and server sent the first of those."""
    server_seen: bool
    """Whether the capture shows any packet of the server's."""
    last: int
    """Nanoseconds since 1970 of the last packet that was looked at."""
    hellos_sent: int
    """How many times the packet that begins the hello was seen."""
    hello_acknowledged: bool
    received: int | None
    """Bytes that the server sent from where its TLS should begin; None where more were acknowledged."""


def moment(nanoseconds: int) -> datetime:
    """The time of a packet, to the microsecond; the last that there is where it lies beyond."""
    try:
        return _EPOCH + timedelta(microseconds=nanoseconds // 1000)
    except OverflowError:
        return datetime.max.replace(tzinfo=UTC)
