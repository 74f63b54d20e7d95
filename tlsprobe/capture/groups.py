"""A window's segments by connection: sorted in bulk, and given out a few packets at a time."""

from collections.abc import Iterator

import numpy as np

from tlsprobe.capture.batch import Int64
from tlsprobe.capture.segments import FIN, RST, SYN, Bool, Segments

Rows = list[list[int]]
"""Packets as `segments.Packet` has them, but bare."""
_SIGNALS = SYN | FIN | RST


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
        # Empty segments without a flag of weight say nothing: there is one for every two others.
        self._order, self._cuts, self._sequence = order, cuts, sequence

    def rows(self, wanted: list[int], limit: int) -> Iterator[tuple[int, Rows]]:
        """The first `limit` telling packets of each wanted connection, as `Packet` has them."""
        if not wanted:
            return
        ends = np.append(self._cuts[1:], self._order.size)
        chosen = self._sequence[wanted]
        begins, stops = self._cuts[chosen], ends[chosen]
        place = _ranges(begins, stops)
        owner = np.repeat(np.arange(len(wanted)), stops - begins)
        indices = self._order[place]
        telling = self._telling(indices)
        indices, owner = indices[telling], owner[telling]
        counts = np.bincount(owner, minlength=len(wanted))
        rank = np.arange(owner.size) - np.repeat(np.cumsum(counts) - counts, counts)
        early = rank < limit
        rows = self._segments.rows(indices[early])
        counts = np.minimum(counts, limit)
        at = 0
        for index, count in zip(wanted, counts.tolist(), strict=True):
            yield index, rows[at : at + count]
            at += count

    def first_payloads(self, wanted: list[int]) -> dict[int, tuple[int, int]]:
        """Where the first payload of each wanted connection begins and ends; (0, 0) without one."""
        firsts = dict.fromkeys(wanted, (0, 0))
        for index, rows in self.rows(wanted, 1):
            if rows:
                firsts[index] = rows[0][-2], rows[0][-1]
        return firsts

    def other_rows(self, index: int, limit: int) -> Rows:
        """The packets of a connection behind its first ones."""
        group = int(self._sequence[index])
        end = int(self._cuts[group + 1]) if group + 1 < self._cuts.size else self._order.size
        indices = self._order[int(self._cuts[group]) : end]
        return self._segments.rows(indices[self._telling(indices)][limit:])

    def _telling(self, indices: Int64) -> Bool:
        segments = self._segments
        headers = segments.headers[indices]
        lengths = (segments.data[headers + 12] >> 4).astype(np.int64) * 4
        return (segments.ends[indices] > headers + lengths) | (
            (segments.flags[indices] & _SIGNALS) != 0
        )


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


def _ranges(begins: Int64, ends: Int64) -> Int64:
    """All numbers of all ranges, one range after another."""
    sizes = ends - begins
    shift = np.repeat(begins - np.concatenate(([0], np.cumsum(sizes)[:-1])), sizes)
    return np.arange(int(sizes.sum())) + shift
