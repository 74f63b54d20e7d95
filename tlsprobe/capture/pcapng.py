"""Captures of the next generation (draft-ietf-opsawg-pcapng): blocks of many types, in sections.

A block is found by the length of the one before, which is repeated at its end. Where a length cannot
be, a place is searched at which a block has the same one at both ends.
"""

import struct
from collections.abc import Iterator

import numpy as np

from tlsprobe.capture.batch import Batch
from tlsprobe.capture.chain import Chain, Framing
from tlsprobe.capture.problems import Problems
from tlsprobe.capture.sections import INTERFACE, PACKET, PACKETS, SECRETS, Packets, Section
from tlsprobe.capture.window import Window

# Blocks of packets are hardly larger than packets; those of secrets and of hosts' names may be.
MAX_BLOCK = 2**24
_SMALLEST = 12

_SECTION = 0x0A0D0D0A
_MAGIC = 0x1A2B3C4D
_NAMES = 4
_STATISTICS = 5
# What a damaged file may go on with.
_KNOWN = (_SECTION, INTERFACE, *PACKETS, _NAMES, _STATISTICS, SECRETS)

# A file with more places at which it breaks off is no capture any more.
_MAX_GAPS = 1000
# Places in a lane that are looked at: in numbers and zeros, much looks like the type of a block.
_GUESSES = 64
# Bytes of a section that are gone through at first: another may follow at once.
_STRETCH = 2**9
# What is set up for each section costs as much as some hundred packets do.
MAX_SECTIONS = 2**16


def begins(head: bytes) -> bool:
    """Whether a file that begins so is pcapng."""
    return len(head) >= _SMALLEST and _order(head, 0) is not None


def _order(buffer: bytes | bytearray, position: int) -> str | None:
    """The byte order of the section that begins at `position`; none if there begins none."""
    for order in "<>":
        kind, magic = struct.unpack_from(order + "I4xI", buffer, position)
        if kind == _SECTION and magic == _MAGIC:
            return order
    return None


class Pcapng:
    """The packets of one file; the window stands at its beginning."""

    def __init__(self, window: Window, problems: Problems) -> None:
        self._window = window
        self._problems = problems
        self._section = Section("<", window, problems)
        self._chains = {order: Chain(window, _framing(order), self._guess) for order in "<>"}
        self._sections = 0
        self._frame = 1
        self._latest = 0

    def batches(self) -> Iterator[Batch]:
        """All packets, once."""
        window, position, gaps = self._window, 0, 0
        while position >= 0:
            first_frame = self._frame
            parts, stop = self._go_through(position)
            batch = _joined(parts, window, first_frame)
            if batch.starts.size or batch.secrets:
                yield batch
            if self._sections > MAX_SECTIONS:
                at = window.base + stop
                self._problems.note(f"more than {MAX_SECTIONS} sections: reading ends at byte {at}")
                return
            if self._is_damaged(stop):
                gaps += 1
                position = self._behind_damage(stop, last=gaps == _MAX_GAPS)
            elif window.complete:
                if stop < window.end:
                    self._problems.note(self._cut_off(stop))
                return
            else:
                window.advance(stop)
                position = 0

    def _go_through(self, position: int) -> tuple[list[Packets], int]:
        """The packets in the window from `position` on, and where that ends."""
        window, stretch = self._window, len(self._window.buffer)
        parts: list[Packets] = []
        while position + _SMALLEST <= window.end and self._sections <= MAX_SECTIONS:
            if self._kind(position) == _SECTION:
                if not self._begin(position):
                    break
                stretch = _STRETCH
            until = min(position + stretch, window.end)
            positions, stop = self._chains[self._section.order].follow(position, until)
            kinds = self._chains[self._section.order].field(0)[positions]
            sections = np.flatnonzero(kinds[1:] == _SECTION)
            if sections.size:
                stop = int(positions[sections[0] + 1])
                positions = positions[: sections[0] + 1]
            if positions.size:
                self._sections += int(kinds[0] == _SECTION)
                part = self._section.read(positions, self._frame, self._latest)
                self._frame += part.starts.size
                self._latest = int(part.times[-1]) if part.times.size else self._latest
                parts.append(part)
            # The chain cannot pass the beginning of a section in the other byte order.
            going = stop >= until or (stop > position and self._kind(stop) == _SECTION)
            position, stretch = stop, stretch * 4
            if not going:
                break
        return parts, position

    def _begin(self, position: int) -> bool:
        """Whether a section begins here."""
        order = _order(self._window.buffer, position)
        if order is None:
            return False
        self._section = Section(order, self._window, self._problems)
        return True

    def _kind(self, position: int) -> int:
        """The type of the block at `position`, if the window has so much of it."""
        return self._word(position) if position + _SMALLEST <= self._window.end else -1

    def _word(self, position: int) -> int:
        word: int = struct.unpack_from(self._section.order + "I", self._window.buffer, position)[0]
        return word

    def _is_damaged(self, position: int) -> bool:
        """Whether the block there cannot be, with more bytes to come or without."""
        kind = self._kind(position)
        if kind < 0:
            return False
        if kind == _SECTION and _order(self._window.buffer, position) is None:
            return True
        return not _SMALLEST <= self._word(position + 4) <= MAX_BLOCK

    def _cut_off(self, position: int) -> str:
        window, kind = self._window, self._kind(position)
        there, size = window.end - position, _SMALLEST if kind < 0 else self._word(position + 4)
        what = f"packet {self._frame}" if kind in PACKETS else f"a block of type {kind:#x}"
        return (
            f"ends at byte {window.base + window.end}, within {'a block' if kind < 0 else what}: "
            f"{there} of {size} bytes of {'its header' if kind < 0 else 'it'} are there"
        )

    def _behind_damage(self, position: int, *, last: bool) -> int:
        """Where blocks can be read again, or -1."""
        window, kind, length = self._window, self._kind(position), self._word(position + 4)
        problem = f"block of type {kind:#x} at byte {window.base + position} claims {length} bytes"
        self._frame += kind in PACKETS
        if position:
            window.advance(position)
        base = window.base
        found = -1 if last else self._search()
        if found < 0 and not last and length > MAX_BLOCK:
            found = self._skip(length)
        self._problems.note(
            f"{problem}: {window.base + found - base} bytes were skipped to what looks like the next"
            if found > 0
            else f"{problem}, and no other was found behind it: reading ends there"
        )
        return found

    def _search(self) -> int:
        """The first place behind the window's beginning at which a whole block stands, or -1."""
        words = self._window.data[: self._window.end & ~3].view(self._section.order + "u4")
        low, size = 1, 2**10
        while low < words.size - 2:
            high = min(low + size, words.size - 2)
            places = np.flatnonzero(np.isin(words[low:high], _KNOWN)) + low
            lengths = words[places + 1].astype(np.int64)
            ends = places + (lengths >> 2) - 1
            believed = (lengths >= _SMALLEST) & (lengths & 3 == 0) & (ends < words.size)
            whole = believed & (words[np.where(believed, ends, 0)] == lengths)
            # Of a section, the length may be written in the other byte order.
            sections = np.flatnonzero((words[places] == _SECTION) & ~whole)[:_MAX_GAPS]
            for index in sections.tolist():
                whole[index] = _order(self._window.buffer, 4 * int(places[index])) is not None
            if whole.any():
                return 4 * int(places[whole.argmax()])
            low, size = high, 2 * size
        return -1

    def _skip(self, length: int) -> int:
        """Leaves out a block that is too large to be read, if it ends as it says."""
        self._window.skip(length - 4)
        return 4 if self._window.end >= 4 and self._word(0) == length else -1

    def _guess(self, known: int, low: int, high: int) -> int:  # noqa: ARG002 - all are alike
        """A place at which a whole block of a packet seems to stand."""
        window, unpack = self._window, struct.Struct(self._section.order + "I").unpack_from
        kind = struct.pack(self._section.order + "I", PACKET)
        found = low - 1
        for _ in range(_GUESSES):
            found = window.buffer.find(kind, found + 1, high + 3)
            if found < 0:
                break
            if found & 3 or found + _SMALLEST > window.end:
                continue
            length = unpack(window.buffer, found + 4)[0]
            end = found + length
            if (
                length & 3 == 0
                and length >= _SMALLEST
                and end <= window.end
                and unpack(window.buffer, end - 4)[0] == length
            ):
                return found
        return -1


def _framing(order: str) -> Framing:
    return Framing(
        order=order,
        where=4,
        header=_SMALLEST,
        uncounted=0,
        smallest=_SMALLEST,
        largest=MAX_BLOCK,
        padding=4,
    )


def _joined(parts: list[Packets], window: Window, first_frame: int) -> Batch:
    none = np.empty(0, dtype=np.int64)
    return Batch(
        data=window.data[: window.end],
        starts=np.concatenate([none, *(part.starts for part in parts)]),
        sizes=np.concatenate([none, *(part.sizes for part in parts)]),
        times=np.concatenate([none, *(part.times for part in parts)]),
        links=np.concatenate([none, *(part.links for part in parts)]),
        first_frame=first_frame,
        comments={frame: found for part in parts for frame, found in part.comments.items()},
        secrets=tuple(secret for part in parts for secret in part.secrets),
    )
