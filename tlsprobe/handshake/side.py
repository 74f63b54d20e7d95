"""One direction of a connection, as far as the reader has come in it."""

from tlsprobe.crypto.protection import Opener
from tlsprobe.handshake.transcript import Direction
from tlsprobe.wire.records import KEPT_OF_GARBAGE, RecordCutter

# Bytes that a side may seal while the other side's handshake is still awaited: more than a flight of
# certificates has, and no more than one full record of data.
PATIENCE = 2**13


class Side:
    """What is known of one direction."""

    __slots__ = (
        "closed", "cutter", "direction", "done", "joined", "opener", "past", "protected", "sealed",
        "stopped", "taken",
    )  # fmt: skip

    def __init__(self, direction: Direction) -> None:
        self.direction = direction
        self.cutter = RecordCutter(client=direction is Direction.CLIENT)
        self.joined = bytearray()
        """The beginning of a handshake message that is not whole yet."""
        self.taken = 0
        self.opener: Opener | None = None
        self.sealed = False
        """Records are protected from here on (TLS 1.2 and before: after ChangeCipherSpec)."""
        self.done = False
        """Finished was read: what follows is application data."""
        self.closed = False
        """A fatal alert or close_notify was read."""
        self.stopped = False
        """Nothing more can be read of it: a gap, garbage, or more than the bounds allow."""
        self.past = False
        """All of its handshake that can be read was read: one of the three above, or a sealed record
        was seen that no key opens, of its handshake or of what follows it."""
        self.protected = 0
        """Bytes of all records that stayed closed."""

    def stop(self) -> None:
        """Read nothing more of it."""
        self.stopped = self.past = True

    @property
    def talks_on(self) -> bool:
        """Whether it says much that stays closed: what is awaited of the other was not captured."""
        return self.protected > PATIENCE

    @property
    def lost(self) -> bool:
        """Whether it speaks no TLS, and all that is kept of that is there."""
        garbage = self.cutter.garbage
        return garbage is not None and len(garbage) >= KEPT_OF_GARBAGE
