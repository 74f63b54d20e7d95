"""IP fragments, put together again whatever their order (RFC 791 section 3.2, RFC 8200 section 4.5).

What was not yet seen of a datagram is kept as holes (RFC 815). Where fragments overlap, the byte
that came first wins; hosts differ in this, and who sends such packets means to deceive somebody.
"""

from bisect import bisect_left, bisect_right
from collections import OrderedDict
from collections.abc import Iterator
from operator import itemgetter
from typing import Final, NamedTuple

MAX_SIZE: Final = 65_535
MAX_DATAGRAMS: Final = 4_096
MAX_BYTES: Final = 16 << 20
"""What is held of datagrams that are not whole: four times what Linux allows them."""
TIMEOUT: Final = 30_000_000_000
"""Nanoseconds after which Linux gives up a datagram. RFC 8200 says 60 s: by then numbers repeat."""

# What Python takes for a piece beside its bytes, and for a datagram beside its pieces.
PIECE_COST: Final = 300
DATAGRAM_COST: Final = 600

# A mirror port shows every packet twice. What comes again of a datagram that is whole already must
# not wait until its number is used again, and spoil that datagram.
DOUBLES_WITHIN: Final = 1_000
"""Frames after which nobody takes a fragment for the double of another."""
FINISHED_KEPT: Final = 64

_START = itemgetter(0)
_END = itemgetter(1)


class Fragment(NamedTuple):
    """A part of a datagram, as one packet carried it."""

    key: bytes
    """What all fragments of the datagram have in common: addresses, identification, protocol."""
    offset: int
    more: bool
    size: int
    """Bytes that the packet says it carried."""
    data: bytes
    """Those of them that were captured."""
    protocol: int
    """The layer that the datagram carries, as this fragment says."""
    ttl: int


class Datagram(NamedTuple):
    """What a datagram carried."""

    data: bytes
    """Its bytes up to the first that was not captured."""
    size: int
    """How many there were."""
    protocol: int
    """As the first fragment says: in IPv6 the others need not agree."""
    ttl: int
    """Of the first fragment."""


class Fragments:
    """The datagrams that are not whole yet. The oldest is given up when there are too many."""

    def __init__(self, *, max_datagrams: int = MAX_DATAGRAMS, max_bytes: int = MAX_BYTES) -> None:
        self._max_datagrams = max_datagrams
        self._max_bytes = max_bytes
        self._partial: OrderedDict[bytes, _Partial] = OrderedDict()
        self._finished: OrderedDict[bytes, tuple[int, bytes]] = OrderedDict()
        self._cost = 0

    def __len__(self) -> int:
        """How many datagrams wait for more."""
        return len(self._partial)

    @property
    def cost(self) -> int:
        """About how many bytes of memory they take."""
        return self._cost

    def add(self, fragment: Fragment, *, frame: int, time: int) -> Datagram | None:
        """The datagram, if this fragment was the last that it lacked.

        `frame` is the number of the packet, `time` when it was seen, in nanoseconds.
        """
        end = fragment.offset + fragment.size
        if end > MAX_SIZE or (fragment.more and fragment.size % 8):
            return None
        key = fragment.key
        if key in self._finished and self._is_double(fragment, frame):
            return None
        self._give_up_old(time)
        partial = self._partial.get(key)
        if partial is not None and abs(time - partial.since) > TIMEOUT:
            self._forget(key)
            partial = None
        if partial is None:
            partial = self._partial[key] = _Partial(time)
            self._cost += DATAGRAM_COST
        self._cost += partial.add(fragment)
        if partial.holes:
            self._give_up_beyond_bounds()
            return None
        self._forget(key)
        whole = partial.datagram()
        self._finished.pop(key, None)
        self._finished[key] = frame, whole.data
        if len(self._finished) > FINISHED_KEPT:
            self._finished.popitem(last=False)
        return whole

    def _is_double(self, fragment: Fragment, frame: int) -> bool:
        """Whether a fragment holds the very bytes that it held in a datagram that was just whole."""
        seen, data = self._finished[fragment.key]
        start, end = fragment.offset, fragment.offset + len(fragment.data)
        return frame - seen <= DOUBLES_WITHIN and data[start:end] == fragment.data

    def _give_up_old(self, time: int) -> None:
        while self._partial:
            key, oldest = next(iter(self._partial.items()))
            if time - oldest.since <= TIMEOUT:
                break
            self._forget(key)

    def _give_up_beyond_bounds(self) -> None:
        while len(self._partial) > self._max_datagrams or self._cost > self._max_bytes:
            self._forget(next(iter(self._partial)))

    def _forget(self, key: bytes) -> None:
        self._cost -= self._partial.pop(key).cost


class _Partial:
    """A datagram that is not whole: its pieces, which never overlap, and the holes between them."""

    __slots__ = ("cost", "holes", "pieces", "protocol", "since", "size", "ttl")

    def __init__(self, since: int) -> None:
        self.since = since
        self.holes: list[tuple[int, int]] = [(0, MAX_SIZE + 1)]
        self.pieces: list[tuple[int, int, bytes]] = []
        self.size: int | None = None
        self.protocol: int | None = None
        self.ttl = 0
        self.cost = DATAGRAM_COST

    def add(self, fragment: Fragment) -> int:
        """Take what a fragment has that no other had; the memory that this costs."""
        start, end = fragment.offset, fragment.offset + fragment.size
        if not self._fits(end, more=fragment.more):
            return 0
        if start == 0 and self.protocol is None:
            self.protocol, self.ttl = fragment.protocol, fragment.ttl
        # The holes that reach into the fragment: those that end behind its start, begin before its
        # end.
        first = bisect_right(self.holes, start, key=_END)
        last = bisect_left(self.holes, end, key=_START)
        left: list[tuple[int, int]] = []
        cost = 0
        for hole in self.holes[first:last]:
            low, high = max(hole[0], start), min(hole[1], end)
            piece = fragment.data[low - start : high - start]
            self.pieces.append((low, high, piece))
            cost += PIECE_COST + len(piece)
            left += _rest(hole, low, high)
        self.holes[first:last] = left
        self.cost += cost
        return cost

    def _fits(self, end: int, *, more: bool) -> bool:
        """Whether a fragment that ends here agrees with where the datagram is known to end."""
        if more:
            return self.size is None or end <= self.size
        if self.size is not None:
            return end == self.size
        if self.holes[-1][0] > end:
            return False
        self.size = end
        last = self.holes.pop()
        if last[0] < end:
            self.holes.append((last[0], end))
        return True

    def datagram(self) -> Datagram:
        """What there is of it, once there are no holes."""
        parts: list[bytes] = []
        for start, end, piece in sorted(self.pieces):
            parts.append(piece)
            if len(piece) < end - start:
                break
        return Datagram(b"".join(parts), self.size or 0, self.protocol or 0, self.ttl)


def _rest(hole: tuple[int, int], low: int, high: int) -> Iterator[tuple[int, int]]:
    """What is left of a hole around what fills it."""
    if hole[0] < low:
        yield hole[0], low
    if high < hole[1]:
        yield high, hole[1]
