"""Writes captures by hand, right and wrong ones, and reads them back."""

import io
from struct import pack
from typing import NamedTuple

from tlsprobe.capture import pcapng
from tlsprobe.capture.pcap import Pcap
from tlsprobe.capture.pcapng import Pcapng
from tlsprobe.capture.problems import Problems
from tlsprobe.capture.source import Stored
from tlsprobe.capture.unpacking import unpacked
from tlsprobe.capture.window import Window

SECOND = 10**9
SMALL = 2**18
"""Bytes of a window that is made often."""
NOON = 1_700_000_000
"""A time in 2023, in seconds."""


class Seen(NamedTuple):
    """A packet as it was read."""

    frame: int
    time: int
    link: int
    data: bytes


def pcap_header(order="<", magic=0xA1B2C3D4, link=1, snapshot=262144):
    """The header of a pcap file."""
    return pack(order + "IHHiIII", magic, 2, 4, 0, 0, snapshot, link)


def record(data, seconds=NOON, parts=0, order="<", *, size=None, full=None, more=b""):
    """A packet of a pcap file; `size` and `full` are its lengths as claimed."""
    size = len(data) if size is None else size
    return pack(order + "4I", seconds, parts, size, size if full is None else full) + more + data


def option(code, value, order="<"):
    """An option of a pcapng block."""
    return pack(order + "HH", code, len(value)) + value + bytes(-len(value) % 4)


def block(kind, body, order="<", length=None, trailer=None):
    """A pcapng block; `length` and `trailer` are its lengths as claimed at both ends."""
    body += bytes(-len(body) % 4)
    length = len(body) + 12 if length is None else length
    trailer = length if trailer is None else trailer
    return pack(order + "2I", kind, length) + body + pack(order + "I", trailer)


def section(order="<", major=1):
    """The header of a section."""
    return block(0x0A0D0D0A, pack(order + "IHHq", 0x1A2B3C4D, major, 0, -1), order)


def interface(link=1, options=b"", order="<", snapshot=0):
    """The description of an interface."""
    return block(1, pack(order + "HHI", link, 0, snapshot) + options, order)


def enhanced(data, ticks=NOON * 10**6, number=0, options=b"", order="<", *, size=None):
    """An Enhanced Packet Block; `size` is the packet's length as claimed."""
    size = len(data) if size is None else size
    head = pack(order + "5I", number, ticks >> 32, ticks & 0xFFFFFFFF, size, size)
    return block(6, head + data + bytes(-len(data) % 4) + options, order)


def simple(data, order="<", full=None):
    """A Simple Packet Block."""
    return block(3, pack(order + "I", len(data) if full is None else full) + data, order)


def obsolete(data, ticks, number=0, options=b"", order="<"):
    """A Packet Block, of which 5 packets were lost."""
    ticks = ticks >> 32, ticks & 0xFFFFFFFF
    head = pack(order + "HH4I", number, 5, *ticks, len(data), len(data))
    return block(2, head + data + bytes(-len(data) % 4) + options, order)


def secrets(text, kind=0x544C534B, order="<", size=None):
    """A Decryption Secrets Block."""
    return block(10, pack(order + "2I", kind, len(text) if size is None else size) + text, order)


class Pieces(io.RawIOBase):
    """A stream that gives its bytes in pieces of these sizes, then the rest."""

    def __init__(self, data, sizes=()):
        self._data = memoryview(data)
        self._sizes = iter(sizes)

    def readinto(self, buffer):
        """As `io.RawIOBase` says."""
        count = min(next(self._sizes, len(buffer)), len(buffer), len(self._data))
        buffer[:count] = self._data[:count]
        self._data = self._data[count:]
        return count


def batches(data, sizes=(), window=SMALL):
    """The batches of a capture that comes in such pieces, and what is wrong with it.

    Of each batch: its packets, comments and secrets.
    """
    problems = Problems()
    inside = Window(unpacked(Stored(Pieces(data, sizes), problems), problems), window)
    kind = Pcapng if pcapng.begins(bytes(inside.buffer[:12])) else Pcap
    found = [
        (packets(batch), dict(batch.comments), batch.secrets)
        for batch in kind(inside, problems).batches()
    ]
    return found, problems.lines()


def packets(batch):
    """The packets of a batch."""
    columns = zip(
        batch.starts.tolist(),
        batch.sizes.tolist(),
        batch.times.tolist(),
        batch.links.tolist(),
        strict=True,
    )
    assert all(0 <= start <= start + size <= len(batch.data) for start, size, *_ in columns)
    columns = zip(
        batch.starts, batch.sizes, batch.times.tolist(), batch.links.tolist(), strict=True
    )
    return [
        Seen(frame, time, link, batch.data[start : start + size].tobytes())
        for frame, (start, size, time, link) in enumerate(columns, batch.first_frame)
    ]


def read(data, sizes=(), window=SMALL):
    """All packets of a capture, and what is wrong with it."""
    found, problems = batches(data, sizes, window)
    return [packet for part, _, _ in found for packet in part], problems
