"""The bytes of a capture, wherever they lie.

A file and a pipe look alike from here on, and so does what was compressed (`unpacking`):
`Source.fill` fills the room that it is given. It gives less only at the end, so what is made of the
bytes does not depend on the pieces in which they came.
"""

import io
import os
import stat
import sys
from pathlib import Path
from typing import Protocol

from tlsprobe.capture.problems import Problems
from tlsprobe.errors import InputError

STDIN = "-"


class Source(Protocol):
    """Gives bytes in their order."""

    def fill(self, room: memoryview) -> int:
        """Fills `room` and gives how much of it: less than all at the end only. Raises nothing."""
        ...


class Stored:
    """The bytes as they lie in the file or come out of the pipe."""

    def __init__(self, stream: io.RawIOBase, problems: Problems) -> None:
        self._stream = stream
        self._problems = problems
        self._ahead = b""
        self._ended = False
        self.position = 0
        """How many bytes were read so far."""
        self.size = _size(stream)
        """How many there are; of a pipe nobody knows."""

    def peek(self, count: int) -> bytes:
        """The first bytes, which will be given again; fewer where the file has no more."""
        self._ahead = self.piece(count)
        return self._ahead

    def fill(self, room: memoryview) -> int:
        """As `Source` says."""
        filled = min(len(self._ahead), len(room))
        room[:filled] = self._ahead[:filled]
        self._ahead = self._ahead[filled:]
        while filled < len(room) and not self._ended:
            count = self._read(room[filled:])
            self._ended = not count
            filled += count
        return filled

    def piece(self, size: int) -> bytes:
        """The next `size` bytes, fewer at the end."""
        room = bytearray(size)
        return bytes(room[: self.fill(memoryview(room))])

    def close(self) -> None:
        """Closes the file."""
        self._stream.close()

    def _read(self, room: memoryview) -> int:
        try:
            count = self._stream.readinto(room) or 0
        except (OSError, ValueError) as error:
            self._problems.note(f"cannot be read beyond byte {self.position}: {_reason(error)}")
            return 0
        self.position += count
        return count


def open_stored(name: str, problems: Problems) -> Stored:
    """The file at the path `name`, or stdin for `-`.

    Raises:
        InputError: it cannot be opened.
    """
    try:
        if name == STDIN:
            return Stored(io.FileIO(sys.stdin.fileno(), closefd=False), problems)
        if Path(name).is_dir():
            raise InputError(name, "is a directory, expected a capture")
        return Stored(io.FileIO(name, "rb"), problems)
    except AttributeError:
        raise InputError(name, "stdin is closed, expected a capture") from None
    except (OSError, ValueError) as error:
        raise InputError(name, f"cannot be read: {_reason(error)}") from None


def _size(stream: io.RawIOBase) -> int | None:
    """The size of a regular file."""
    try:
        status = os.fstat(stream.fileno())
    except (OSError, ValueError):
        return None
    return status.st_size if stat.S_ISREG(status.st_mode) else None


def _reason(error: OSError | ValueError) -> str:
    return (error.strerror if isinstance(error, OSError) else None) or str(error)
