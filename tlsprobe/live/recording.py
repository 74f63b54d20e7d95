"""Speak over a connection and write down both sides of it."""

from collections.abc import Callable
from datetime import datetime

from tlsprobe.handshake.transcript import Direction, Ending, Origin, Segment, Transcript
from tlsprobe.live.dial import Clock, Connection, Ended

WallClock = Callable[[], datetime]
"""The time of day, time-zone aware."""

# A peer that drips costs memory by the piece. Later pieces are joined: their times tell nothing new.
MAX_SEGMENTS = 1024
# Enough to say what a peer speaks that does not speak TLS.
HEAD = 512


class Recording:
    """One connection: what was sent, what came, when, and how it ended."""

    def __init__(
        self, connection: Connection, *, clock: Clock, now: WallClock, max_bytes: int
    ) -> None:
        self._connection = connection
        self._clock = clock
        self._max_bytes = max_bytes
        self._segments: list[Segment] = []
        self._tail: Segment | None = None
        self._tail_data = bytearray()
        self.began = clock()
        """When this began, on the dial's clock: times are counted from here."""
        self.started = now()
        self.sent = 0
        """Bytes sent."""
        self.received = 0
        """Bytes that came."""
        self.pieces = 0
        """In how many pieces they came."""
        self.last = 0.0
        """Seconds from the beginning until the last bytes came or went."""
        self.head = b""
        """The first bytes that came."""
        self.ended: Ended | None = None
        """Why no more bytes came."""

    @property
    def elapsed(self) -> float:
        """Seconds since this began."""
        return self._clock() - self.began

    def send(self, data: bytes) -> bool:
        """Send; False where the connection is found to be gone."""
        self.last = self._clock() - self.began
        self.sent += len(data)
        self._note(Direction.CLIENT, data)
        return self._connection.send(data)

    async def receive(self, deadline: float) -> bytes | None:
        """The next bytes; None where none come any more, for the reason in `ended`."""
        if self.received > self._max_bytes:
            self.ended = Ended(Ending.OVERRUN)
            return None
        arrived = await self._connection.receive(deadline)
        if isinstance(arrived, Ended):
            self.ended = arrived
            return None
        data = arrived.data
        self.last = arrived.at - self.began
        self.received += len(data)
        self.pieces += 1
        if len(self.head) < HEAD:
            self.head = (self.head + data)[:HEAD]
        self._note(Direction.SERVER, data)
        return data

    def transcript(self, server: str) -> Transcript:
        """What was said so far."""
        segments = self._segments
        if self._tail is not None:
            tail = self._tail
            segments = [*segments, Segment(tail.direction, bytes(self._tail_data), tail.at)]
        return Transcript(
            origin=Origin.LIVE,
            client=self._connection.local,
            server=server,
            started=self.started,
            segments=tuple(segments),
            ending=Ending.OPEN if self.ended is None else self.ended.ending,
        )

    def _note(self, direction: Direction, data: bytes) -> None:
        if len(self._segments) < MAX_SEGMENTS:
            self._segments.append(Segment(direction, data, self.last))
            return
        tail = self._tail
        if tail is not None and tail.direction is not direction:
            self._segments.append(Segment(tail.direction, bytes(self._tail_data), tail.at))
            tail = None
        if tail is None:
            self._tail = Segment(direction, b"", self.last)
            self._tail_data.clear()
        self._tail_data += data
