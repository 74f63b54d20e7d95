"""What the reader tells: one event a message, alert or oddity, in the order of the bytes."""

from enum import Enum

from msgspec import Struct

from tlsprobe.handshake.transcript import Direction
from tlsprobe.wire.alerts import Alert
from tlsprobe.wire.messages import CertificateEntry, Message


class AnomalyKind(Enum):
    """Which rule the bytes break. The words are part of the JSON and never renamed."""

    MALFORMED_MESSAGE = "malformed-message"
    UNEXPECTED_MESSAGE = "unexpected-message"
    OVERSIZED_MESSAGE = "oversized-message"
    EMPTY_RECORDS = "empty-records"
    ILLEGAL_CHOICE = "illegal-choice"
    """The server chose what the client had not offered."""
    BAD_RECORD = "bad-record"
    """A protected record does not open with the right keys."""
    GAP = "gap"
    """Bytes of this direction are missing: nothing after them can be read."""
    BAD_COMPRESSION = "bad-compression"


class MessageRead(Struct, frozen=True, kw_only=True):
    """A whole handshake message."""

    direction: Direction
    at: float
    message: Message
    size: int
    """Bytes of the message with its header."""


class CertificatesCut(Struct, frozen=True, kw_only=True):
    """The server's Certificate message broke off: a gap struck in it, or nothing more was seen."""

    direction: Direction
    at: float
    entries: tuple[CertificateEntry, ...]
    """What came whole before the cut."""
    rest: bytes
    """What came of the next certificate."""


class CipherChanged(Struct, frozen=True, kw_only=True):
    """A ChangeCipherSpec of TLS 1.2 or before: all that this side sends from here on is sealed."""

    direction: Direction
    at: float


class AlertRead(Struct, frozen=True, kw_only=True):
    """An alert that could be read."""

    direction: Direction
    at: float
    alert: Alert


class Protected(Struct, frozen=True, kw_only=True):
    """A record that stays closed: no key is known for it."""

    direction: Direction
    at: float
    content_type: int
    size: int
    """Bytes of the fragment."""


class Anomaly(Struct, frozen=True, kw_only=True):
    """Bytes that break rules."""

    direction: Direction
    at: float
    kind: AnomalyKind
    detail: str


class KeyProof(Enum):
    """Whether the peer proved to hold the private key of the leaf."""

    __hash__ = object.__hash__  # as `Direction`: it is part of every evidence

    PROVEN = "proven"
    """Its signature over this handshake verifies under the leaf's key."""
    FAILED = "failed"
    """There is a signature, and it does not verify."""
    NOT_SEEN = "not seen"
    """No signature was seen: the handshake ended before it, or the key exchange has none (RSA)."""
    UNREADABLE = "unreadable"
    """A signature is there, but nothing known here can check it (scheme or key unknown)."""


class ProofChecked(Struct, frozen=True, kw_only=True):
    """The server's signature over this handshake was held against the leaf's key."""

    at: float
    proof: KeyProof
    scheme: int | None
    """None before TLS 1.2, where the scheme is implied."""


class NotTls(Struct, frozen=True, kw_only=True):
    """A stream that is no TLS, or none any more: its first bytes from there on.

    Told again while there are more of them to keep.
    """

    direction: Direction
    at: float
    data: bytes


Event = (
    MessageRead
    | CertificatesCut
    | CipherChanged
    | AlertRead
    | Protected
    | ProofChecked
    | NotTls
    | Anomaly
)
