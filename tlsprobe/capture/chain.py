"""Finds records that stand one behind the other, each of which names its own length.

Followed one by one, they cost an interpreter's step each, for millions. So a stretch of the file is
cut into lanes: in each, a record's beginning is *guessed*, and all lanes are followed at once, in
columns. What was guessed counts only where the lane before arrives at it, record by record, from a
beginning that is known; where it does not, the way goes on from there. So no guess can add, lose or
move a record.
"""

import struct
from collections.abc import Callable
from itertools import pairwise

import numpy as np
import numpy.typing as npt
from msgspec import Struct

from tlsprobe.capture.batch import Int64
from tlsprobe.capture.window import Window

# Measured with packets of 900 bytes in the mean: a fourth of it costs a third more time, for so many
# more guesses; twice as much makes no difference.
LANE = 2**16
# Below so many lanes, a step in columns costs more than the same steps one by one.
_FEWEST_LANES = 8
# Steps between two looks at which lanes have arrived.
_STEPS = 32
# A stretch is short at first, and grows while no guess fails.
_LONGEST = 2**30


class Framing(Struct, frozen=True, kw_only=True):
    """How a record says where it ends."""

    order: str
    """`<` or `>`, as in `struct`."""
    where: int
    """Where the length stands in a record: four bytes."""
    header: int
    """Bytes of a record up to what is needed of it."""
    uncounted: int
    """Bytes of a record that its length leaves out."""
    smallest: int
    largest: int
    """Lengths that are believed."""
    padding: int = 1
    """Records fill up to a multiple of so many bytes."""


Guess = Callable[[int, int, int], int]
"""`(known, low, high)`: where a record may begin, from `low` to before `high`, or -1; `known` is where
one begins for certain."""


class Chain:
    """Follows the records in a window."""

    __slots__ = ("_framing", "_guess", "_lane", "_length", "_short", "_span", "_type", "_window")

    def __init__(self, window: Window, framing: Framing, guess: Guess) -> None:
        self._window = window
        self._framing = framing
        self._guess = guess
        self._length = struct.Struct(framing.order + "I")
        self._type = np.dtype(framing.order + "u4")
        self._lane = LANE
        self._short = self._span = 2 * _FEWEST_LANES * LANE

    def follow(self, start: int, until: int) -> tuple[Int64, int]:
        """Beginnings of the records, from `start` to before `until`, that the window has as a whole.

        Gives as well where the next begins; before `until`, that is one that is not whole, or has a
        length that is not believed.
        """
        parts: list[Int64] = []
        position, going = start, True
        while going and position < until:
            near = min(position + self._span, until)
            starts = self._starts(position, near)
            self._span = min(self._span * 2, _LONGEST)
            if starts.size < _FEWEST_LANES:
                part, position, going = self._one_by_one(position, near)
            else:
                part, position, going = self._in_lanes(starts, near)
            parts.append(part)
        return np.concatenate(parts) if parts else np.empty(0, np.int64), position

    def lengths(self, positions: Int64) -> Int64:
        """What the records at `positions` say of their length."""
        return self.field(self._framing.where)[positions].astype(np.int64)

    def sizes(self, lengths: npt.NDArray[np.uint32 | np.int64]) -> Int64:
        """How many bytes records take up in the file, and never none, whatever their length says."""
        framing = self._framing
        if framing.padding == 1:
            return np.add(lengths, framing.uncounted, dtype=np.int64)
        padding = framing.padding - 1
        believed = np.maximum(lengths.astype(np.int64), framing.smallest)
        return ((believed + padding) & ~padding) + framing.uncounted

    def field(self, where: int) -> npt.NDArray[np.uint32]:
        """The four bytes at `where` in a record, as a column to be asked by the record's position."""
        count = max(self._window.end - self._framing.header + 1, 0)
        return np.ndarray(
            (count,), dtype=self._type, buffer=self._window.buffer, offset=where, strides=(1,)
        )

    def _one_by_one(self, position: int, until: int) -> tuple[Int64, int, bool]:
        """The records from `position` to before `until`; where the next begins; if it may be whole."""
        framing, unpack, buffer = self._framing, self._length.unpack_from, self._window.buffer
        smallest, largest = framing.smallest, framing.largest
        where, uncounted, padding = framing.where, framing.uncounted, framing.padding - 1
        end, last = self._window.end, self._window.end - framing.header
        found: list[int] = []
        going = True
        while position < until:
            length: int = unpack(buffer, position + where)[0] if position <= last else -1
            after = position + ((length + padding) & ~padding) + uncounted
            if not smallest <= length <= largest or after > end:
                going = False
                break
            found.append(position)
            position = after
        return np.array(found, dtype=np.int64), position, going

    def _in_lanes(self, starts: Int64, until: int) -> tuple[Int64, int, bool]:
        """The same, of many records, in lanes from the first of `starts` on."""
        ends, positions = self._walk(starts, until)
        apart = np.flatnonzero(ends[:-1] != starts[1:])
        if apart.size:
            positions = positions[positions < starts[apart[0] + 1]]
        positions.sort()
        framing, lengths = self._framing, self.lengths(positions)
        after = positions + self.sizes(lengths)
        wrong = lengths < framing.smallest
        wrong |= lengths > framing.largest
        wrong |= after > self._window.end
        first = int(wrong.argmax())
        if wrong[first]:
            return positions[:first], int(positions[first]), False
        if apart.size:
            self._span = self._short
        return positions, int(after[-1]), True

    def _starts(self, start: int, until: int) -> Int64:
        """The known beginning, and one guess for each lane where there is one."""
        starts, low = [start], start + self._lane
        while low < until - 2 * self._lane:
            guessed = self._guess(start, low, low + self._lane)
            if guessed >= 0:
                starts.append(guessed)
            low = max(low, guessed) + self._lane
        return np.array(starts, dtype=np.int64)

    def _walk(self, starts: Int64, until: int) -> tuple[Int64, Int64]:
        """Where each lane has come to, at the next one's beginning or behind; the records in all."""
        lengths = self.field(self._framing.where)
        last = self._window.end - self._framing.header
        bounds = np.append(starts[1:], min(until, last))
        ends, lanes, at = starts.copy(), np.arange(starts.size), starts
        parts: list[Int64] = []
        while at.size >= _FEWEST_LANES:
            steps = np.empty((_STEPS + 1, at.size), dtype=np.int64)
            steps[0] = at
            for now, after in pairwise(steps):
                np.add(now, self.sizes(lengths[now]), out=after)
                np.minimum(after, last, out=after)
            within = steps[:_STEPS] < bounds
            parts.append(steps[:_STEPS][within])
            came = steps[within.sum(axis=0), np.arange(at.size)]
            ends[lanes] = came
            on = came < bounds
            at, bounds, lanes = came[on], bounds[on], lanes[on]
        for lane, position, bound in zip(lanes.tolist(), at.tolist(), bounds.tolist(), strict=True):
            part, ends[lane], _ = self._one_by_one(position, bound)
            parts.append(part)
        return ends, np.concatenate(parts)
