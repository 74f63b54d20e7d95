"""One direction of a TCP connection: segments in, bytes in order out. Pure and bounded.

The first bytes that were seen of a place count (a receiver keeps what it has, RFC 9293 section
3.10.7.4); what comes there again is compared, and differences are counted. What never comes is a
hole, and the caller decides when it gives up waiting, and which of two copies was damaged.
"""

MAX_HELD = 1 << 20
"""Bytes in order that are kept: more than any handshake, with what is spoken before it."""
MAX_WAITING = 1 << 18
"""Bytes behind a hole."""
MAX_PIECES = 512
"""Pieces behind a hole."""

_HALF = 1 << 31
_RANGE = 1 << 32


class Half:
    """What one side of a connection sent, from its anchor on."""

    __slots__ = (
        "_acked", "_waiting_bytes", "anchor", "differing", "disputed", "expected", "held",
        "pushes", "waiting",
    )  # fmt: skip

    def __init__(self) -> None:
        self.anchor: int | None = None
        """Sequence number of the first byte; None until it is known."""
        self.held = bytearray()
        """The bytes in order, as far as they came."""
        self.differing = 0
        """Bytes that came again and were others."""
        self.disputed = 0
        """Those among them of which nothing says which copy is the right one."""
        self.pushes = 0
        """Segments that came while bytes before them are missing."""
        self._acked = 0
        self.expected = -1
        """Sequence number of the next byte, once the anchor is known."""
        self.waiting: list[tuple[int, bytes]] = []
        """Pieces behind a hole, in order, each with its place."""
        self._waiting_bytes = 0

    def begin_at(self, seq: int) -> None:
        """Settle where the direction begins, unless that is settled."""
        if self.anchor is None:
            self.anchor = self.expected = seq

    def offset(self, seq: int) -> int:
        """The place of a sequence number, counted from the anchor; negative before it."""
        assert self.anchor is not None  # noqa: S101 - for the type checker; the caller anchored it
        following = len(self.held)
        place = (seq - self.anchor - following) % _RANGE
        return following + (place if place < _HALF else place - _RANGE)

    def push(self, seq: int, segment: bytes | memoryview) -> bool:
        """Take a segment; whether there are more bytes in order than before."""
        if seq == self.expected and not self.waiting:
            self.append(segment)
            return True
        payload = bytes(segment)
        at, following = self.offset(seq), len(self.held)
        end = at + len(payload)
        if at < following:
            self._compare(at, payload)
            if end <= following:
                return False
            payload = payload[following - at :]
            at = following
        self._keep(at, payload)
        return self._join()

    def append(self, segment: bytes | memoryview) -> None:
        """Take a segment that begins with the expected byte, while nothing waits."""
        self.held += segment
        self.expected = (self.expected + len(segment)) % _RANGE

    def acknowledge(self, ack: int) -> None:
        """Take note that the receiver has everything before `ack`."""
        if self.waiting:
            self._acked = max(self._acked, self.offset(ack))

    @property
    def acknowledged(self) -> bool:
        """Whether the receiver has what is missing here."""
        return bool(self.waiting) and self._acked >= self.waiting[0][0]

    @property
    def waiting_bytes(self) -> int:
        """Bytes behind the hole."""
        return self._waiting_bytes

    @property
    def overfull(self) -> bool:
        """Whether more waits than is worth waiting for."""
        return self._waiting_bytes > MAX_WAITING or len(self.waiting) > MAX_PIECES

    def hole(self) -> int:
        """The size of the hole before what waits; 0 where nothing waits."""
        return self.waiting[0][0] - len(self.held) if self.waiting else 0

    def _compare(self, at: int, payload: bytes) -> None:
        first, following = max(at, 0), len(self.held)
        again = payload[first - at : following - at]
        # A keep-alive repeats one place with a byte of no meaning (RFC 9293 section 3.8.4).
        if at == following - 1 and len(payload) <= 1:
            return
        seen = bytes(self.held[first : first + len(again)])
        if seen != again:
            self.differing += sum(a != b for a, b in zip(seen, again, strict=False))

    def _keep(self, at: int, payload: bytes) -> None:
        """Put a piece behind the hole, without what is already there."""
        if not self.waiting or at >= self.waiting[-1][0] + len(self.waiting[-1][1]):
            self.waiting.append((at, payload))
            self._waiting_bytes += len(payload)
            return
        pieces: list[tuple[int, bytes]] = []
        for begin, piece in self.waiting:
            end = begin + len(piece)
            if end <= at or begin >= at + len(payload):
                continue
            low, high = max(begin, at), min(end, at + len(payload))
            again, seen = payload[low - at : high - at], piece[low - begin : high - begin]
            if again != seen:
                self.differing += sum(a != b for a, b in zip(seen, again, strict=True))
            if low > at:
                pieces.append((at, payload[: low - at]))
            payload, at = payload[high - at :], high
        if payload:
            pieces.append((at, payload))
        self._waiting_bytes += sum(len(piece) for _, piece in pieces)
        self.waiting = sorted(self.waiting + pieces)

    def _join(self) -> bool:
        """Append what now follows without a hole."""
        before = following = len(self.held)
        if self.waiting[0][0] != following:
            self.pushes += 1
            return False
        count = 0
        for at, piece in self.waiting:
            if at != following:
                break
            self.held += piece
            following += len(piece)
            count += 1
        self._waiting_bytes -= following - before
        self.expected = (self.expected + following - before) % _RANGE
        del self.waiting[:count]
        self.pushes = self.pushes + 1 if self.waiting else 0
        return True
