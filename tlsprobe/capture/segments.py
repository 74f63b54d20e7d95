"""TCP segments as columns, and as rows: what the bulk reader gives, and what connections take."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from msgspec import Struct

from tlsprobe.capture.batch import Int64, UInt8
from tlsprobe.capture.forms import read_as

Bool = npt.NDArray[np.bool_]

FIN, SYN, RST, ACK = 0x01, 0x02, 0x04, 0x10  # RFC 9293 section 3.1
OPENING = SYN | ACK
"""Flags of which a client's first packet has the one and not the other."""


Row = list[int]
"""A segment as bare numbers, since there are many:

frame; time in nanoseconds since 1970; side, 1 for the lower endpoint and 0 for the higher; sequence and
acknowledgement number; flags; TTL; where the payload begins in the window's data, and where it ends.
"""
Rows = list[Row]
FRAME, TIME, SIDE, SEQ, ACK_NUMBER, FLAGS, TTL, START, END = range(9)
"""Places in a row."""


class Segments(Struct, frozen=True, kw_only=True, eq=False):
    """TCP segments as columns; those of one connection are in the order of the file."""

    data: UInt8
    """What the positions point into; valid as long as the batch."""
    frames: Int64
    times: Int64
    """Nanoseconds since 1970."""
    low: Int64
    """Address number and port of the endpoint whose number is lower: ``address << 16 | port``."""
    high: Int64
    forward: Bool
    """Whether the lower endpoint sent it."""
    headers: Int64
    """Where the TCP header begins in `data`."""
    ends: Int64
    """Where the payload ends in `data`."""
    ttls: Int64
    flags: Int64

    def rows(self, indices: Int64) -> Rows:
        """Segments as rows."""
        if not indices.size:
            return []
        data, headers = self.data, self.headers[indices]
        header = read_as(_TCP, data, headers)
        starts = headers + (header["offset"] >> 4).astype(np.int64) * 4
        ends = self.ends[indices]
        columns = np.empty((indices.size, END + 1), dtype=np.int64)
        for place, column in enumerate((
            self.frames[indices], self.times[indices], self.forward[indices],
            header["seq"], header["ack"], header["flags"], self.ttls[indices],
            np.minimum(starts, ends), ends,
        )):  # fmt: skip
            columns[:, place] = column
        rows: Rows = columns.tolist()
        return rows


class Packets:
    """What belongs to the packets of a window beside their headers."""

    __slots__ = ("_comments", "commented", "first_frame", "memory")

    def __init__(
        self, data: UInt8, comments: Mapping[int, Sequence[str]], *, first_frame: int
    ) -> None:
        self.memory = data.data
        """What the places of payloads point into; overwritten by the next window."""
        self._comments = comments
        self.commented = bool(comments)
        """Whether any of them has a comment."""
        self.first_frame = first_frame
        """Places in rows of frames before it are not of this window."""

    def between(self, start: int, end: int) -> bytes:
        """A copy of a payload, which stays."""
        return bytes(self.memory[start:end])

    def comments(self, frame: int) -> Sequence[str]:
        """Usually none."""
        return self._comments.get(frame, ())


def merged(parts: Sequence[Segments], *, apart: bool) -> Segments:
    """Segments of one window that were found in different ways, as one.

    The last of them has all the data that the others point into. `apart` says that no connection has some
    in more than one of them: they need not be sorted then.
    """
    order: Int64 | slice = slice(None)
    if not apart:
        order = np.argsort(np.concatenate([one.frames for one in parts]), kind="stable")

    def column(name: str) -> npt.NDArray[Any]:
        return np.concatenate([getattr(one, name) for one in parts])[order]

    return Segments(
        data=parts[-1].data,
        frames=column("frames"), times=column("times"), low=column("low"), high=column("high"),
        forward=column("forward"), headers=column("headers"), ends=column("ends"),
        ttls=column("ttls"), flags=column("flags"),
    )  # fmt: skip


_TCP = np.dtype(
    {
        "names": ["seq", "ack", "offset", "flags"],
        "formats": [">u4", ">u4", "u1", "u1"],
        "offsets": [4, 8, 12, 13],
        "itemsize": 20,
    }
)
