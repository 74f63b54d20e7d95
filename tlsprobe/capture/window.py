"""The piece of a capture that is in memory, and how it moves on along the file."""

import numpy as np

from tlsprobe.capture.batch import UInt8
from tlsprobe.capture.source import Source

# Fits the last-level cache of ordinary processors. Measured on a file of 1 GB: 4 to 16 MiB make no
# difference; with 2 MiB there is more to set up, with 32 MiB more to fetch from memory.
WINDOW = 2**22


class Window:
    """Some bytes of the file: `data[:end]`, of which the first is byte `base` of the whole."""

    __slots__ = ("_source", "base", "buffer", "complete", "data", "end")

    def __init__(self, source: Source, size: int = WINDOW) -> None:
        self._source = source
        self.buffer = bytearray(size)
        """What `data` is a view of: it can be searched."""
        self.data: UInt8 = np.frombuffer(self.buffer, dtype=np.uint8)
        self.base = 0
        self.end = 0
        self.complete = False
        """Whether the file has no more bytes than are here."""
        self._fill()

    def advance(self, to: int) -> None:
        """Forgets the bytes before `to`, and fills up behind the others.

        Where there is nothing to forget, the window becomes twice as large.
        """
        kept = self.end - to
        if to:
            self.buffer[:kept] = self.buffer[to : self.end]
        else:
            self.buffer = self.buffer + bytes(len(self.buffer))
            self.data = np.frombuffer(self.buffer, dtype=np.uint8)
        self.base += to
        self.end = kept
        self._fill()

    def skip(self, count: int) -> int:
        """Forgets all bytes here and as many of the following as make up `count`: gives that."""
        skipped = 0
        while skipped + self.end < count and self.end:
            skipped += self.end
            self.advance(self.end)
        rest = min(count - skipped, self.end)
        if rest:
            self.advance(rest)
        return skipped + rest

    def _fill(self) -> None:
        with memoryview(self.buffer) as room:
            self.end += self._source.fill(room[self.end :])
        self.complete = self.end < len(self.buffer)
