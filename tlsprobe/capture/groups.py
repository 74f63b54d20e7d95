"""A window's segments by connection: sorted in bulk, and given out a few packets at a time."""

from collections.abc import Iterator

import numpy as np

from tlsprobe.capture.batch import Int64
from tlsprobe.capture.segments import ACK, SYN, Bool, Segments

Rows = list[list[int]]
"""Packets as `segments.Packet` has them, but bare."""


class Groups:
    """A window's segments by connection, connections in the order of their first packets."""

    def __init__(self, segments: Segments) -> None:
        self._segments = segments
        order, cuts = _by_connection(segments)
        firsts = order[cuts]
        sequence = np.argsort(firsts, kind="stable")
        low, high = segments.low[firsts][sequence], segments.high[firsts][sequence]
        self.keys: list[int] = [
            one << 64 | other for one, other in zip(low.tolist(), high.tolist(), strict=True)
        ]
        flags = np.bitwise_or.reduceat(segments.flags[order], cuts)[sequence]
        self.has_syn: list[bool] = ((flags & SYN) != 0).tolist()
        self.first_frames: list[int] = segments.frames[firsts][sequence].tolist()
        self._order, self._cuts, self._sequence = order, cuts, sequence

    def rows(self, wanted: list[int], limit: int) -> Iterator[tuple[int, Rows]]:
        """The first `limit` packets of each wanted connection, as `Packet` has them."""
        if not wanted:
            return
        place, owner = self._places(wanted)
        indices = self._order[place]
        counts = np.bincount(owner)
        rank = np.arange(owner.size) - np.repeat(np.cumsum(counts) - counts, counts)
        early = rank < limit
        rows = self._segments.rows(indices[early])
        counts = np.minimum(counts, limit)
        at = 0
        for index, count in zip(wanted, counts.tolist(), strict=True):
            yield index, rows[at : at + count]
            at += count

    def firsts(self, wanted: list[int]) -> dict[int, list[int]]:
        """The first packet of each wanted connection that carries something or opens it, if any."""
        if not wanted:
            return {}
        place, owner = self._places(wanted)
        indices = self._order[place]
        weighty = self._carrying(indices) | ((self._segments.flags[indices] & SYN) != 0)
        owners, first = np.unique(owner[weighty], return_index=True)
        rows = self._segments.rows(indices[weighty][first])
        return {wanted[at]: row for at, row in zip(owners.tolist(), rows, strict=True)}

    def others(self, index: int, limit: int) -> Int64:
        """The packets of a connection behind its first `limit`, by their numbers."""
        group = int(self._sequence[index])
        end = int(self._cuts[group + 1]) if group + 1 < self._cuts.size else self._order.size
        return self._order[int(self._cuts[group]) + limit : end]

    def from_syn(self, indices: Int64) -> Int64:
        """These packets from the first on that opens a connection; none where none does."""
        opens = np.flatnonzero(self._segments.flags[indices] & (SYN | ACK) == SYN)
        return indices[opens[0] :] if opens.size else indices[:0]

    def rows_of(self, indices: Int64) -> Rows:
        """These packets, as `Packet` has them."""
        return self._segments.rows(indices)

    def _places(self, wanted: list[int]) -> tuple[Int64, Int64]:
        """Where the packets of the wanted connections stand in the order, and whose each is."""
        chosen = self._sequence[wanted]
        begins = self._cuts[chosen]
        sizes = np.append(self._cuts[1:], self._order.size)[chosen] - begins
        owner = np.repeat(np.arange(len(wanted)), sizes)
        return np.arange(owner.size) + (begins - np.cumsum(sizes) + sizes)[owner], owner

    def _carrying(self, indices: Int64) -> Bool:
        segments = self._segments
        headers = segments.headers[indices]
        lengths = (segments.data[headers + 12] >> 4).astype(np.int64) * 4
        carrying: Bool = segments.ends[indices] > headers + lengths
        return carrying


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
