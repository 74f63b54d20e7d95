"""The sections of pcapng files: their blocks, read in columns (draft-ietf-opsawg-pcapng section 4).

A packet that cannot be read keeps its number among the packets, and is empty.
"""

import struct
from collections.abc import Callable

import numpy as np
import numpy.typing as npt
from msgspec import Struct, field

from tlsprobe.capture.batch import Int64
from tlsprobe.capture.interfaces import Interfaces
from tlsprobe.capture.pcapng_options import Noted, named_process, noted
from tlsprobe.capture.problems import Problems
from tlsprobe.capture.window import Window

NO_LINK = -1
"""Link type of a packet that could not be read."""

INTERFACE = 1
OBSOLETE_PACKET = 2
SIMPLE_PACKET = 3
PACKET = 6
SECRETS = 10
# Apple's tcpdump writes one for each process that owns a packet.
DARWIN_PROCESS = 0x80000001
PACKETS = (OBSOLETE_PACKET, SIMPLE_PACKET, PACKET)

_KEY_LOG = 0x544C534B
_MAX_PROCESSES = 2**16
# Options of packets are mostly the same few, over and over.
_REMEMBERED = 4096
_REMEMBERED_SIZE = 256

_Words = npt.NDArray[np.uint32]


class Packets(Struct, frozen=True, kw_only=True):
    """Packets of a section, as the columns of a batch."""

    starts: Int64
    sizes: Int64
    times: Int64
    links: Int64
    comments: dict[int, tuple[str, ...]] = field(default_factory=dict[int, tuple[str, ...]])
    secrets: tuple[bytes, ...] = ()


class Section:
    """Reads the blocks of one section, in which numbers have the byte `order` `<` or `>`."""

    def __init__(self, order: str, window: Window, problems: Problems) -> None:
        self.order = order
        self._window = window
        self._problems = problems
        self._interfaces = Interfaces(order)
        self._processes: list[str] = []
        self._noted: dict[bytes, Noted] = {}

    def read(self, positions: Int64, frame: int, latest: int) -> Packets:
        """What whole blocks at these places of the window hold.

        `frame` is the number of the first packet among them, `latest` the time of the one before.
        """
        words = self._words()
        at = positions >> 2
        kinds, lengths = words[at], words[at + 1].astype(np.int64)
        sizes = (lengths + 3) & ~3
        self._compare_lengths(positions, lengths, words[at + (sizes >> 2) - 1])
        packets = (kinds == PACKET) | (kinds == SIMPLE_PACKET) | (kinds == OBSOLETE_PACKET)
        secrets: list[bytes] = []
        for index in np.flatnonzero(~packets).tolist():
            begin = int(positions[index])
            self._take(int(kinds[index]), begin, begin + int(sizes[index]) - 4, secrets)
        chosen = np.flatnonzero(packets)
        columns = _Columns(words, positions[chosen], kinds[chosen], sizes[chosen], self.order)
        return self._packets(columns, frame, latest, tuple(secrets))

    def _words(self) -> _Words:
        """The window in words: blocks begin at multiples of 4 bytes."""
        return self._window.data[: self._window.end & ~3].view(self.order + "u4")

    def _compare_lengths(self, positions: Int64, lengths: Int64, trailers: _Words) -> None:
        def differ(index: int) -> str:
            return (
                f"{self._block(int(positions[index]))} has {lengths[index]} bytes by its beginning, "
                f"{trailers[index]} by its end: the first was believed"
            )

        def odd(index: int) -> str:
            return (
                f"{self._block(int(positions[index]))} has {lengths[index]} bytes, "
                "which is no multiple of 4"
            )

        self._note(np.flatnonzero(lengths & 3), odd)
        self._note(np.flatnonzero(lengths != trailers), differ)

    def _take(self, kind: int, begin: int, end: int, secrets: list[bytes]) -> None:
        """A block that is no packet: what it says of the section or of the packets to come."""
        if kind not in {INTERFACE, SECRETS, DARWIN_PROCESS}:
            return
        body = bytes(self._window.buffer[begin + 8 : end])
        fault: str | None = None
        if kind == INTERFACE:
            fault = self._interfaces.describe(body, self._window.base + begin)
        elif kind == DARWIN_PROCESS and len(self._processes) < _MAX_PROCESSES:
            self._processes.append(named_process(body, self.order))
            self._noted.clear()
        elif kind == SECRETS:
            fault = self._take_secrets(body, secrets)
        if fault:
            self._problems.note(f"{self._block(begin)}: {fault}")

    def _take_secrets(self, body: bytes, secrets: list[bytes]) -> str | None:
        if len(body) < 8:
            return "too short to hold secrets"
        kind, size = struct.unpack_from(self.order + "2I", body)
        if kind == _KEY_LOG:
            secrets.append(body[8 : 8 + size])
        return f"claims {size} bytes of secrets" if size > len(body) - 8 else None

    def _packets(
        self, columns: "_Columns", frame: int, latest: int, secrets: tuple[bytes, ...]
    ) -> Packets:
        interfaces, places = self._interfaces, self._window.base + columns.positions
        known = interfaces.known(columns.interfaces, places)
        captured = columns.captured(interfaces)
        readable = known & (columns.room >= captured)
        starts = np.where(readable, columns.starts, columns.positions)
        sizes = np.where(readable, captured, 0)
        timed = readable & ~columns.simple
        times = _filled(interfaces.times(columns.interfaces, columns.ticks), timed, latest)
        self._note_unreadable(columns, frame, known, captured, readable)
        rest = columns.room - ((sizes + 3) & ~3)
        return Packets(
            starts=starts,
            sizes=sizes,
            times=times,
            links=np.where(readable, interfaces.links(columns.interfaces), NO_LINK),
            comments=self._comments(np.flatnonzero(timed & (rest >= 4)), columns, rest, frame),
            secrets=secrets,
        )

    def _note_unreadable(
        self,
        columns: "_Columns",
        frame: int,
        known: npt.NDArray[np.bool_],
        captured: Int64,
        readable: npt.NDArray[np.bool_],
    ) -> None:
        def reason(index: int) -> str:
            packet = (
                f"packet {frame + index} at byte {self._window.base + columns.positions[index]}"
            )
            if columns.room[index] < 0:
                return f"{packet} has no room for its header"
            if not known[index]:
                number = columns.interfaces[index]
                return f"{packet} is of interface {number}, which was not described before"
            return f"{packet} claims {captured[index]} bytes, {columns.room[index]} are there"

        self._note(np.flatnonzero(~readable), reason)

    def _comments(
        self, chosen: Int64, columns: "_Columns", rest: Int64, frame: int
    ) -> dict[int, tuple[str, ...]]:
        """What the options of the chosen packets say, by the packets' numbers."""
        found: dict[int, tuple[str, ...]] = {}
        ends = columns.positions + columns.sizes - 4
        with memoryview(self._window.buffer) as buffer:
            for index, end, size in zip(
                chosen.tolist(), ends[chosen].tolist(), rest[chosen].tolist(), strict=True
            ):
                comments, fault = self._noted_in(bytes(buffer[end - size : end]))
                if comments:
                    found[frame + index] = comments
                if fault:
                    self._problems.note(f"packet {frame + index}: {fault}")
        return found

    def _noted_in(self, raw: bytes) -> Noted:
        known = self._noted.get(raw)
        if known is None:
            known = noted(raw, self.order, self._processes)
            if len(self._noted) >= _REMEMBERED:
                self._noted.clear()
            if len(raw) <= _REMEMBERED_SIZE:
                self._noted[raw] = known
        return known

    def _block(self, begin: int) -> str:
        kind = struct.unpack_from(self.order + "I", self._window.buffer, begin)[0]
        return f"block of type {kind:#x} at byte {self._window.base + begin}"

    def _note(self, chosen: Int64, reason: Callable[[int], str]) -> None:
        """A problem each; those that nobody will read are not even put in words."""
        room = self._problems.room
        for index in chosen[:room].tolist():
            self._problems.note(reason(index))
        self._problems.count(max(chosen.size - room, 0))


class _Columns:
    """The fields of packet blocks; they stand at other places in each of the three types."""

    __slots__ = (
        "_full",
        "_given",
        "interfaces",
        "positions",
        "room",
        "simple",
        "sizes",
        "starts",
        "ticks",
    )

    def __init__(
        self, words: _Words, positions: Int64, kinds: _Words, sizes: Int64, order: str
    ) -> None:
        at = positions >> 2
        third, fourth, fifth, sixth = (
            words[np.minimum(at + index, words.size - 1)] for index in (2, 3, 4, 5)
        )
        self.positions = positions
        self.sizes = sizes
        self.simple = kinds == SIMPLE_PACKET
        obsolete = kinds == OBSOLETE_PACKET
        self.interfaces = third.astype(np.int64)
        if obsolete.any():
            # The other half of the word is a count of lost packets.
            half = self.interfaces & 0xFFFF if order == "<" else self.interfaces >> 16
            self.interfaces = np.where(obsolete, half, self.interfaces)
        self._full = self.interfaces
        self._given = sixth.astype(np.int64)
        header = np.where(self.simple, 12, 28)
        self.starts = positions + header
        self.room = sizes - header - 4
        """Bytes for the packet and its options."""
        self.ticks = fourth.astype(np.uint64) << np.uint64(32) | fifth
        if self.simple.any():
            self.interfaces = np.where(self.simple, 0, self.interfaces)

    def captured(self, interfaces: Interfaces) -> Int64:
        """Bytes of each packet. Simple ones do not tell: what the interface keeps, if it is so much."""
        there: Int64 = np.minimum(interfaces.snapshots(self.interfaces), np.maximum(self.room, 0))
        captured: Int64 = np.where(self.simple, np.minimum(self._full, there), self._given)
        return captured


def _filled(times: Int64, timed: npt.NDArray[np.bool_], latest: int) -> Int64:
    """`times`, and for packets that have none that of the packet before."""
    if timed.all():
        return times
    last = np.maximum.accumulate(np.where(timed, np.arange(times.size), -1))
    filled: Int64 = np.where(last >= 0, times[last], latest)
    return filled
