"""Captures as libpcap writes them (draft-ietf-opsawg-pcap): a file header, then packet after packet.

Nothing in the file marks a packet's beginning but the length of the one before. Where one claims more
than any packet has, a place is searched from which several packets follow each other again.
"""

import struct
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
from msgspec import Struct

from tlsprobe.capture.batch import Batch, Int64
from tlsprobe.capture.chain import Chain, Framing
from tlsprobe.capture.forms import read_as
from tlsprobe.capture.problems import Problems
from tlsprobe.capture.window import Window

FILE_HEADER = 24
# What TCP travels in is at most 512 KiB, IPv6 jumbograms that the kernel splits later; tcpdump keeps
# up to 256 KiB of a packet unless told otherwise (MAXIMUM_SNAPLEN).
MAX_PACKET = 2**20
# A file with more places at which it breaks off is no capture any more.
_MAX_GAPS = 1000
# Two packets that follow each other in a file are that near in time, in seconds: about a month.
_NEAR = 2**21
# Places in a lane that are looked at. Noise looks like the upper half of a time every 64 KiB.
_GUESSES = 64
# A damaged capture goes on where so many headers follow each other.
_IN_A_ROW = 3


class _Variant(Struct, frozen=True):
    """What a magic number says of the file."""

    unit: int
    """Parts of a second that times are counted in."""
    header: int = 16
    """Bytes before each packet."""


_VARIANTS = {
    0xA1B2C3D4: _Variant(10**6),
    0xA1B23C4D: _Variant(10**9),
    # Kuznetsov's patch of libpcap 0.4, in old Linux distributions: an interface, a protocol and a
    # type of packet are added to each.
    0xA1B2CD34: _Variant(10**6, header=24),
}


def begins(head: bytes) -> bool:
    """Whether a file that begins so is pcap."""
    return _variant(head) is not None


def _variant(head: bytes) -> tuple[str, _Variant] | None:
    for order in "<>":
        if len(head) >= 4 and (found := _VARIANTS.get(struct.unpack_from(order + "I", head)[0])):
            return order, found
    return None


class Pcap:
    """The packets of one file; the window stands at its beginning."""

    def __init__(self, window: Window, problems: Problems) -> None:
        self._window = window
        self._problems = problems
        order, variant = _variant(bytes(window.buffer[:4])) or ("<", _Variant(10**6))
        self._unit = variant.unit
        self._header = variant.header
        self._fields = struct.Struct(order + "4I")
        self._form = np.dtype(
            [(name, order + "u4") for name in ("seconds", "parts", "size", "full")]
        )
        # The upper bits tell of a frame check sequence, and some are reserved.
        self._link = struct.unpack_from(order + "I", window.buffer, 20)[0] & 0xFFFF
        # The upper half of the seconds changes every 18 hours: this is where it stands in a header.
        self._upper = 2 if order == "<" else 0
        framing = Framing(
            order=order,
            where=8,
            header=variant.header,
            uncounted=variant.header,
            smallest=0,
            largest=MAX_PACKET,
        )
        self._chain = Chain(window, framing, self._guess)
        self._frame = 1
        self._seen = -1
        """Seconds of the packet that was read last."""

    def batches(self) -> Iterator[Batch]:
        """All packets, once."""
        window, position, gaps = self._window, FILE_HEADER, 0
        while position >= 0:
            positions, stop = self._chain.follow(position, window.end)
            if positions.size:
                batch = self._batch(positions)
                self._frame += positions.size
                yield batch
            if self._claim(stop) > MAX_PACKET:
                gaps += 1
                position = self._behind_damage(stop, last=gaps == _MAX_GAPS)
                self._frame += 1
            elif window.complete:
                if stop < window.end:
                    self._problems.note(self._cut_off(stop))
                return
            else:
                window.advance(stop)
                position = 0

    def _batch(self, positions: Int64) -> Batch:
        window = self._window
        headers = read_as(self._form, window.data[: window.end], positions)
        seconds, parts = headers["seconds"].astype(np.int64), headers["parts"].astype(np.int64)
        self._seen = int(seconds[-1])
        return Batch(
            data=window.data[: window.end],
            starts=positions + self._header,
            sizes=headers["size"].astype(np.int64),
            times=seconds * 10**9 + parts * (10**9 // self._unit),
            links=np.full(positions.size, self._link, dtype=np.int64),
            first_frame=self._frame,
        )

    def _guess(self, known: int, low: int, high: int) -> int:
        """A place that looks like a packet's header, and is followed by another."""
        buffer, at = self._window.buffer, self._upper
        reference = self._fields.unpack_from(buffer, known)[0]
        upper = buffer[known + at : known + at + 2]
        found = low + at - 1
        for _ in range(_GUESSES):
            found = buffer.find(upper, found + 1, high + at)
            if found < 0:
                break
            after = self._after(found - at, reference)
            if after >= 0 and self._after(after, reference) >= 0:
                return found - at
        return -1

    def _claim(self, position: int) -> int:
        """How many bytes the packet at `position` says it has."""
        if position + self._header > self._window.end:
            return 0
        size: int = self._fields.unpack_from(self._window.buffer, position)[2]
        return size

    def _cut_off(self, position: int) -> str:
        window = self._window
        there, size, what = window.end - position, self._header, "its header"
        if there >= self._header:
            there, size, what = there - self._header, self._claim(position), "it"
        return (
            f"ends at byte {window.base + window.end}, within packet {self._frame}: "
            f"{there} of {size} bytes of {what} are there"
        )

    def _behind_damage(self, position: int, *, last: bool) -> int:
        """Where packets follow each other again, or -1: no further than the window can look."""
        window = self._window
        problem = (
            f"packet {self._frame} at byte {window.base + position} claims "
            f"{self._claim(position)} bytes"
        )
        if position:
            window.advance(position)
        found = -1 if last else self._search(self._seen)
        if found < 0 and not last:
            # What was read last may have been damaged as well, its time among it.
            found = self._search(-1)
        self._problems.note(
            f"{problem}: {found} bytes were skipped to what looks like the next packet"
            if found > 0
            else f"{problem}, and no packet was found behind it: reading ends there"
        )
        return found

    def _search(self, reference: int) -> int:
        """The first place behind the window's beginning from which packets follow each other.

        They are near in time to `reference`, in seconds, unless that is -1.
        """
        low, size, tried = 1, 2**12, 0
        while low + self._header <= self._window.end and tried < _MAX_GAPS:
            high = min(low + size, self._window.end - self._header + 1)
            places: list[int] = (
                np.flatnonzero(self._plausible(low, high, reference)) + low
            ).tolist()
            for place in places[:_MAX_GAPS]:
                if self._in_a_row(place, reference):
                    return place
            tried += len(places)
            low, size = high, 2 * size
        return -1

    def _plausible(self, low: int, high: int, reference: int) -> npt.NDArray[np.bool_]:
        """Which places from `low` to before `high` may be a packet's header: `_after` in bulk."""
        seconds, parts, sizes, full = (self._chain.field(4 * index)[low:high] for index in range(4))
        found = (parts < self._unit) & (sizes > 0) & (sizes <= full) & (full <= MAX_PACKET)
        if reference >= 0:
            found &= np.abs(seconds.astype(np.int64) - reference) < _NEAR
        return found

    def _in_a_row(self, position: int, reference: int) -> bool:
        """Whether so many packets follow each other here, or as many as the file still has."""
        window = self._window
        for count in range(_IN_A_ROW):
            after = self._after(position, reference)
            if after < 0:
                return False
            if after >= window.end:
                return window.complete and (after == window.end or count > 0)
            reference = self._fields.unpack_from(window.buffer, position)[0]
            position = after
        return True

    def _after(self, position: int, reference: int) -> int:
        """Where a packet that may begin at `position` ends, or -1 if none does."""
        if position + self._header > self._window.end:
            return -1
        seconds, parts, size, full = self._fields.unpack_from(self._window.buffer, position)
        if not (parts < self._unit and 0 < size <= full <= MAX_PACKET):
            return -1
        if reference >= 0 and abs(seconds - reference) >= _NEAR:
            return -1
        after: int = position + self._header + size
        return after
