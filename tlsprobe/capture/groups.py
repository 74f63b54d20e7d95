"""A window's segments by connection: sorted in bulk, and given out a few packets at a time."""

from collections.abc import Iterator, Sequence

import numpy as np

from tlsprobe.capture.batch import Int64, UInt8
from tlsprobe.capture.beginnings import HEAD, hopeful
from tlsprobe.capture.segments import (
    ACK,
    ACK_NUMBER,
    FIN,
    FLAGS,
    OPENING,
    RST,
    SYN,
    Bool,
    Row,
    Rows,
    Segments,
)


class Groups:
    """A window's segments by connection, connections in the order of their first packets."""

    def __init__(self, segments: Segments) -> None:
        self._segments = segments
        order, cuts = _by_connection(segments)
        firsts = order[cuts]
        sequence = np.argsort(segments.frames[firsts], kind="stable")
        low, high = segments.low[firsts][sequence], segments.high[firsts][sequence]
        self.keys: list[int] = [
            one << 64 | other for one, other in zip(low.tolist(), high.tolist(), strict=True)
        ]
        flags = np.bitwise_or.reduceat(segments.flags[order], cuts)[sequence]
        self.has_syn: list[bool] = ((flags & SYN) != 0).tolist()
        self.first_frames: list[int] = segments.frames[firsts][sequence].tolist()
        self._order, self._cuts, self._sequence = order, cuts, sequence

    def firsts(self, wanted: Sequence[int]) -> "Firsts":
        """Of each wanted connection the first packet that carries something or opens it."""
        indices, owner = self._packets(wanted)
        opens = (self._segments.flags[indices] & SYN) != 0
        weighty = np.flatnonzero(self._carrying(indices) | opens)
        owners, first = np.unique(owner[weighty], return_index=True)
        chosen = weighty[first]
        return Firsts(self._segments, indices[chosen], owners, opens[chosen])

    def telling(self, wanted: Sequence[int]) -> "Telling":
        """The packets of the wanted connections that carry something, open or end them.

        What only acknowledges is every third packet, and seldom matters.
        """
        indices, owner = self._packets(wanted)
        flags = self._segments.flags[indices]
        telling = self._carrying(indices) | ((flags & (SYN | FIN | RST)) != 0)
        return Telling(self._segments, wanted, indices[telling], owner[telling])

    def acknowledgements(self, index: int, side: int) -> list[int]:
        """All that one side of a connection acknowledges, as sequence numbers."""
        indices, _ = self._packets([index])
        ours = indices[self._segments.forward[indices] == bool(side)]
        return [row[ACK_NUMBER] for row in self._segments.rows(ours) if row[FLAGS] & ACK]

    def _packets(self, wanted: Sequence[int]) -> tuple[Int64, Int64]:
        """The packets of the wanted connections, one after another, and whose each is."""
        chosen = self._sequence[np.fromiter(wanted, dtype=np.int64, count=len(wanted))]
        begins = self._cuts[chosen]
        sizes = np.append(self._cuts[1:], self._order.size)[chosen] - begins
        owner = np.repeat(np.arange(len(wanted)), sizes)
        return self._order[
            np.arange(owner.size) + (begins - np.cumsum(sizes) + sizes)[owner]
        ], owner

    def _carrying(self, indices: Int64) -> Bool:
        segments = self._segments
        headers = segments.headers[indices]
        lengths = (segments.data[headers + 12] >> 4).astype(np.int64) * 4
        carrying: Bool = segments.ends[indices] > headers + lengths
        return carrying


class Firsts:
    """The packets that connections are first heard with, sorted by what they may come to.

    Connections are told by their places among those that were wanted.
    """

    def __init__(self, segments: Segments, indices: Int64, owners: Int64, opens: Bool) -> None:
        self._segments = segments
        self.heard: list[int] = owners.tolist()
        """Those that such a packet was seen of; the others only acknowledge."""
        self.opened: list[int] = owners[opens].tolist()
        """Those that begin with a SYN of either side."""
        spoken, speakers = indices[~opens], owners[~opens]
        hope = hopeful(self._heads(spoken))
        self.spoken: list[tuple[int, Row]] = list(
            zip(speakers[hope].tolist(), segments.rows(spoken[hope]), strict=True)
        )
        """Those of which the beginning was not seen, and whose first bytes let hope for TLS."""

    def _heads(self, indices: Int64) -> UInt8:
        """The first five bytes of each payload; what is shorter goes on with what lies behind it."""
        segments = self._segments
        starts = segments.headers[indices]
        starts = starts + (segments.data[starts + 12] >> 4).astype(np.int64) * 4
        last = segments.data.size - 1
        heads: UInt8 = segments.data[np.minimum(starts[:, None] + np.arange(HEAD), last)]
        return heads


class Telling:
    """Packets of some connections, to be looked at a few at a time."""

    def __init__(
        self, segments: Segments, wanted: Sequence[int], indices: Int64, owner: Int64
    ) -> None:
        self._segments = segments
        self._wanted = wanted
        self._indices = indices
        counts = np.bincount(owner, minlength=len(wanted))
        self._begins = np.cumsum(counts) - counts
        self._counts = counts
        opens = np.flatnonzero(segments.flags[indices] & OPENING == SYN)
        last = np.full(len(wanted), -1)
        last[owner[opens]] = opens - self._begins[owner[opens]]
        self._last_opening: list[int] = last.tolist()

    def rows(self, places: Sequence[int], begin: int, end: int) -> Iterator[tuple[int, int, Rows]]:
        """(place, index, its packets from `begin` up to `end`) of connections, by their places.

        The place of a connection is its position among those that were wanted.
        """
        chosen = np.fromiter(places, dtype=np.int64, count=len(places))
        counts = np.clip(self._counts[chosen] - begin, 0, end - begin)
        owner = np.repeat(np.arange(chosen.size), counts)
        rank = np.arange(owner.size) - np.repeat(np.cumsum(counts) - counts, counts)
        rows = self._segments.rows(self._indices[self._begins[chosen][owner] + begin + rank])
        at = 0
        for place, count in zip(places, counts.tolist(), strict=True):
            yield place, self._wanted[place], rows[at : at + count]
            at += count

    def opens_behind(self, place: int, end: int) -> bool:
        """Whether a packet behind the first `end` begins another connection."""
        return self._last_opening[place] >= end


def _by_connection(segments: Segments) -> tuple[Int64, Int64]:
    """The order that brings segments of one connection together, and where each begins in it."""
    low, high = segments.low, segments.high
    mixed = low * np.int64(-7046029254386353131) ^ high * np.int64(2685821657736338717)
    order = np.argsort(mixed, kind="stable")
    if _torn(mixed[order], low[order], high[order]):
        # Connections that mix to one number: somebody chose them so.
        order = np.lexsort((high, low))
    a, b = low[order], high[order]
    cuts = np.flatnonzero(np.concatenate(([True], (a[1:] != a[:-1]) | (b[1:] != b[:-1]))))
    return order, cuts


def _torn(mixed: Int64, low: Int64, high: Int64) -> bool:
    same = mixed[1:] == mixed[:-1]
    differ = (low[1:] != low[:-1]) | (high[1:] != high[:-1])
    return bool((same & differ).any())
