"""How a fuzzer's bytes become steps, and steps the bytes of which they would be made.

A fuzzer that changes the bytes of a whole capture mostly breaks its framing. So that it gets further,
what stands inside (packets, segments, chunks) has a form of its own here, in which every string of
bytes means something. What is missing at the end counts as zero.
"""

import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from tlsprobe.handshake.transcript import Direction, Gap, Segment

FIN, SYN, RST, ACK = 0x01, 0x02, 0x04, 0x10
MAX_STEPS = 200
"""So that no input takes long."""

# All that are walked over layer by layer, two that scapy knows, one that nobody knows.
LINKS = (
    1, 0, 9, 12, 14, 50, 51, 101, 104, 105, 108, 109, 113, 117, 127, 219, 228, 229, 239, 258, 276,
    119, 204, 147,
)  # fmt: skip


class _Bytes:
    """Reads numbers and pieces from the front."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def __bool__(self) -> bool:
        return self._at < len(self._data)

    def piece(self, size: int) -> bytes:
        found = self._data[self._at : self._at + size]
        self._at += size
        return found

    def number(self, size: int) -> int:
        return int.from_bytes(self.piece(size).ljust(size, b"\0"))


# Packets: a link type by its place in LINKS, a length, the packet.


def packets_of(data: bytes) -> list[tuple[int, bytes]]:
    """(link type, packet) each."""
    left = _Bytes(data)
    found: list[tuple[int, bytes]] = []
    while left and len(found) < MAX_STEPS:
        link = LINKS[left.number(1) % len(LINKS)]
        found.append((link, left.piece(left.number(2))))
    return found


def of_packets(packets: Iterable[tuple[int, bytes]]) -> bytes:
    """The bytes that mean these packets."""
    return b"".join(
        struct.pack(">BH", LINKS.index(link), len(packet)) + packet for link, packet in packets
    )


# TCP: which connection and side, flags, how far from the place that is due, a length, the payload.


class Sent(NamedTuple):
    """A TCP segment of one of four connections."""

    connection: int
    by_client: bool
    flags: int
    shift: int
    """How far its sequence number is from the one that is due, within 32 KiB."""
    payload: bytes
    acknowledges: bool = True
    """Whether it acknowledges all that the other side sent; else nothing."""


def segments_of(data: bytes) -> list[Sent]:
    """The segments that the bytes mean."""
    left = _Bytes(data)
    found: list[Sent] = []
    while left and len(found) < MAX_STEPS:
        who, flags = left.number(1), left.number(1)
        shift = (left.number(2) + 2**15) % 2**16 - 2**15
        payload = left.piece(left.number(2))
        found.append(Sent(who >> 1 & 3, not who & 1, flags, shift, payload, not who & 8))
    return found


def of_segments(segments: Iterable[Sent]) -> bytes:
    """The bytes that mean these segments."""
    return b"".join(
        struct.pack(
            ">BBhH",
            one.connection << 1 | (not one.by_client) | (not one.acknowledges) << 3,
            one.flags, one.shift, len(one.payload),
        ) + one.payload
        for one in segments
    )  # fmt: skip


def as_pcap(segments: Iterable[Sent]) -> bytes:
    """A capture of these segments: two connections over IPv4, two over IPv6."""
    out = [struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, 101)]
    # One connection's numbers begin shortly before they wrap.
    due = {
        (connection, side): (1000 if connection else 2**32 - 40) + 5000 * side
        for connection in range(4)
        for side in (False, True)
    }
    due = {one: number % 2**32 for one, number in due.items()}
    for count, one in enumerate(segments):
        mine, other = (one.connection, one.by_client), (one.connection, not one.by_client)
        seq = (due[mine] + one.shift) % 2**32
        after = seq + len(one.payload) + bool(one.flags & SYN) + bool(one.flags & FIN)
        if one.shift >= 0:
            due[mine] = after % 2**32
        ack = due[other] if one.acknowledges and one.flags & ACK else 0
        packet = _ip_packet(one, seq, ack)
        out.append(struct.pack("<IIII", 1_700_000_000, 1000 * count, *[len(packet)] * 2) + packet)
    return b"".join(out)


def _ip_packet(one: Sent, seq: int, ack: int) -> bytes:
    ports = (50000 + one.connection, 443)
    source, target = ports if one.by_client else ports[::-1]
    tcp = struct.pack(">HHIIBBHHH", source, target, seq, ack, 0x50, one.flags, 512, 0, 0)
    tcp += one.payload[: 2**16 - 41]
    if one.connection < 2:
        ends = b"\x0a\0\0\1", b"\x0a\0\0\2"
        head = struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(tcp), 0, 0x4000, 64, 6, 0)
    else:
        ends = b"\x20\x01" + bytes(13) + b"\1", b"\x20\x01" + bytes(13) + b"\2"
        head = struct.pack(">IHBB", 6 << 28, len(tcp), 6, 64)
    return head + b"".join(ends if one.by_client else ends[::-1]) + tcp


# One side of a connection: acknowledgements, and pieces at places that need not follow each other.


@dataclass(frozen=True, slots=True)
class Piece:
    """Bytes from a place on, counted from the first byte of the side."""

    at: int
    data: bytes


def pieces_of(data: bytes) -> list[Piece]:
    """The pieces that the bytes mean, each near the one before; none is empty, as nobody gives such."""
    left = _Bytes(data)
    found: list[Piece] = []
    at = 0
    while left and len(found) < MAX_STEPS:
        at += left.number(1) - 128
        size = left.number(1)
        if piece := left.piece(size):
            found.append(Piece(at, piece))
        at += size
    return found


# A transcript: one byte for direction and kind, a length, the bytes (or how many are missing).


def transcript_of(data: bytes) -> list[Segment | Gap]:
    """What both sides sent, in chunks, with gaps."""
    left = _Bytes(data)
    found: list[Segment | Gap] = []
    while left and len(found) < MAX_STEPS:
        kind, size = left.number(1), left.number(2)
        direction = Direction.SERVER if kind & 1 else Direction.CLIENT
        if kind & 0xFE == 0xFE:
            found.append(Gap(direction, size + 1))
        else:
            found.append(Segment(direction, left.piece(size)))
    return found


def of_transcript(segments: Iterable[Segment | Gap]) -> bytes:
    """The bytes that mean it."""
    return b"".join(_step(one) for one in segments)


def _step(one: Segment | Gap) -> bytes:
    server = one.direction is Direction.SERVER
    if isinstance(one, Gap):
        return struct.pack(">BH", 0xFE | server, one.size - 1)
    return struct.pack(">BH", server, len(one.data)) + one.data


# Two sides' bytes.


def two_of(data: bytes) -> tuple[bytes, bytes]:
    """What the first side sent, after its length, and what the other sent."""
    left = _Bytes(data)
    first = left.piece(left.number(2))
    return first, left.piece(len(data))


def of_two(first: bytes, other: bytes) -> bytes:
    """The bytes that mean both."""
    return struct.pack(">H", len(first)) + first + other


def split(segments: Iterable[Segment | Gap]) -> Iterator[Segment | Gap]:
    """The same bytes in other chunks: each chunk in two."""
    for one in segments:
        if isinstance(one, Segment) and len(one.data) > 1:
            middle = len(one.data) * 2 // 5
            yield Segment(one.direction, one.data[:middle])
            yield Segment(one.direction, one.data[middle:])
        else:
            yield one
