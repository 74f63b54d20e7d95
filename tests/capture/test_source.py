"""What `tlsprobe.capture.source` gives."""

import io
import os
import sys
from subprocess import run

import pytest

from tests.capture.writing import Pieces
from tlsprobe.capture.problems import Problems
from tlsprobe.capture.source import Stored, open_stored
from tlsprobe.errors import InputError


class Broken(Pieces):
    """A stream that cannot be read to its end."""

    def readinto(self, buffer):
        """As `io.RawIOBase` says."""
        count = super().readinto(buffer)
        if not count:
            raise OSError(5, "Input/output error")
        return count


def stored(data, sizes=(), kind=Pieces):
    """A source of these bytes, and where it notes problems."""
    problems = Problems()
    return Stored(kind(data, sizes), problems), problems


def filled(source, size):
    """What it fills a room of that size with."""
    room = bytearray(size)
    return bytes(room[: source.fill(memoryview(room))])


def test_fills_the_room():
    """However few bytes come at a time, the room is filled; less comes at the end only."""
    source, _ = stored(b"0123456789", [1, 2, 1, 1, 3])
    assert [filled(source, 4) for _ in range(4)] == [b"0123", b"4567", b"89", b""]


def test_peeked_bytes_come_again():
    """What was looked at is not lost, whether the room is smaller or larger than that."""
    source, _ = stored(b"0123456789", [1])
    assert source.peek(4) == b"0123"
    assert [filled(source, 2), filled(source, 5), filled(source, 9)] == [b"01", b"23456", b"789"]
    assert source.position == 10


def test_nothing_to_peek_at():
    """An empty file has no first bytes."""
    source, _ = stored(b"")
    assert source.peek(4) == b""
    assert source.position == 0


def test_unreadable_part():
    """What cannot be read ends the file, after what came before it."""
    source, problems = stored(b"0123", kind=Broken)
    assert filled(source, 10) == b"0123"
    assert filled(source, 10) == b""
    assert problems.lines() == ["cannot be read beyond byte 4: Input/output error"]


def test_size_and_position(tmp_path):
    """The size of a file is known, and how much of it was read."""
    (tmp_path / "x").write_bytes(b"0123456789")
    source = open_stored(str(tmp_path / "x"), Problems())
    assert filled(source, 4) == b"0123"
    assert (source.position, source.size) == (4, 10)
    source.close()


def test_size_of_a_pipe():
    """Of a pipe it is not."""
    reading, writing = os.pipe()
    os.close(writing)
    source = Stored(io.FileIO(reading), Problems())
    assert source.size is None
    source.close()


class TestUnusable:
    """What cannot be opened."""

    def test_missing(self, tmp_path):
        """A file that is not there is named."""
        name = str(tmp_path / "none.pcap")
        with pytest.raises(InputError) as raised:
            open_stored(name, Problems())
        assert str(raised.value) == f"{name}: cannot be read: No such file or directory"

    def test_directory(self, tmp_path):
        """So is a directory."""
        with pytest.raises(InputError, match="is a directory, expected a capture"):
            open_stored(str(tmp_path), Problems())

    def test_no_path(self):
        """So is what cannot be a path."""
        with pytest.raises(InputError, match="cannot be read: embedded null"):
            open_stored("a\0b", Problems())

    def test_closed_stdin(self):
        """A process without stdin can read nothing from it."""
        code = (
            "from tlsprobe.capture.source import open_stored\n"
            "from tlsprobe.capture.problems import Problems\n"
            "from tlsprobe.errors import InputError\n"
            "try: open_stored('-', Problems())\n"
            "except InputError as error: print(error)"
        )
        shell = ["sh", "-c", 'exec "$@" <&-', "sh", sys.executable, "-c", code]
        done = run(shell, capture_output=True, text=True, check=True)
        assert done.stdout == "-: stdin is closed, expected a capture\n"
