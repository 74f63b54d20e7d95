"""What `tlsprobe.capture.unpacking` unpacks."""

import gzip
from random import Random

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from tests.capture.writing import Pieces
from tlsprobe.capture.problems import Problems
from tlsprobe.capture.source import Stored
from tlsprobe.capture.unpacking import unpacked

BYTES = b"bytes of a capture, " * 40
# Hard to compress, and more than one piece of packed bytes.
MANY = Random(7).randbytes(100_000) + bytes(300_000) + Random(8).randbytes(50_000)


def zst(data):
    """One frame."""
    return zstandard.ZstdCompressor(write_checksum=True).compress(data)


def read(packed, room=4096, sizes=()):
    """All that comes out, in rooms of that size, and what is wrong with it."""
    problems = Problems()
    source = unpacked(Stored(Pieces(packed, sizes), problems), problems)
    found, space = b"", bytearray(room)
    while count := source.fill(memoryview(space)):
        found += space[:count]
    assert source.fill(memoryview(space)) == 0
    return found, problems.lines()


PACKERS = pytest.mark.parametrize("pack", [gzip.compress, zst])


def test_not_packed():
    """What begins with no such magic is given as it is."""
    assert read(BYTES) == (BYTES, [])
    assert read(b"") == (b"", [])


class TestPacked:
    """Packed bytes as they should be."""

    @PACKERS
    @pytest.mark.parametrize("room", [7, 4096, 2**20])
    def test_whole(self, pack, room):
        """All bytes come back, in rooms of any size."""
        assert read(pack(MANY), room) == (MANY, [])

    @PACKERS
    def test_several_parts(self, pack):
        """Members and frames follow each other, empty ones as well."""
        assert read(pack(BYTES) + pack(b"") + pack(MANY) + pack(b"x")) == (BYTES + MANY + b"x", [])

    @PACKERS
    @given(sizes=st.lists(st.integers(1, 300)))
    def test_pieces(self, pack, sizes):
        """In which pieces the packed bytes come does not matter."""
        assert read(pack(BYTES) + pack(BYTES), sizes=sizes) == (BYTES * 2, [])

    def test_padding(self):
        """Zeros behind and between members of gzip are padding."""
        packed = gzip.compress(BYTES)
        assert read(packed + bytes(100_000) + packed + bytes(9)) == (BYTES * 2, [])

    @pytest.mark.parametrize("nibble", [0, 15])
    def test_skippable_frames(self, nibble):
        """Frames without data are left out, wherever they stand."""
        skippable = bytes([0x50 + nibble]) + b"\x2a\x4d\x18" + b"\3\0\0\0abc"
        assert read(skippable + zst(BYTES) + skippable) == (BYTES, [])


class TestDamage:
    """Packed bytes of which a part is wrong."""

    @pytest.mark.parametrize(("pack", "name"), [(gzip.compress, "gzip"), (zst, "Zstandard")])
    def test_cut_off(self, pack, name):
        """What stands before the end comes out, and the end is told."""
        packed = pack(BYTES) + pack(MANY)
        found, problems = read(packed[:-40_000])
        assert (BYTES + MANY).startswith(found)
        assert len(found) > len(BYTES) + 50_000
        assert problems == [f"the {name} stream is cut off at byte {len(packed) - 40_000}"]

    def test_broken_gzip(self):
        """Of gzip, all comes out that stands before the broken byte, whatever the room is."""
        packed = bytearray(gzip.compress(BYTES) + gzip.compress(MANY))
        packed[-30_000:-29_900] = bytes(100)
        found, problems = read(bytes(packed))
        assert len(found) > len(BYTES) + 390_000
        assert found[: len(BYTES) + 390_000] == (BYTES + MANY)[: len(BYTES) + 390_000]
        assert read(bytes(packed), room=10**6) == (found, problems)
        assert len(problems) == 1
        assert problems[0].startswith("the gzip stream is broken before byte ")

    def test_wrong_checksum(self):
        """A checksum that differs is told, after all bytes."""
        packed = bytearray(gzip.compress(BYTES))
        packed[-6] ^= 1
        assert read(bytes(packed)) == (
            BYTES,
            [f"the gzip stream is broken before byte {len(packed)}: incorrect data check"],
        )

    def test_broken_zstandard(self):
        """Of Zstandard, what stands in the pieces before comes out."""
        packed = bytearray(zst(BYTES) + zst(MANY))
        packed[-9_000:-8_900] = bytes(100)
        found, problems = read(bytes(packed))
        assert (BYTES + MANY).startswith(found[: len(BYTES) + 390_000])
        assert len(problems) == 1
        assert problems[0].startswith("the Zstandard stream is broken before byte ")

    @PACKERS
    def test_other_bytes_behind(self, pack):
        """What follows and is not packed is told, and not read."""
        found, problems = read(pack(BYTES) + b"other bytes")
        assert found == BYTES
        assert len(problems) == 1

    @PACKERS
    def test_bomb(self, pack):
        """A piece that grows without measure comes in rooms as well."""
        data = bytes(50_000_000)
        assert read(pack(data), room=2**22) == (data, [])

    @pytest.mark.parametrize("magic", [b"\x1f\x8b", b"\x28\xb5\x2f\xfd", b"\x50\x2a\x4d\x18"])
    @given(st.binary(max_size=200))
    def test_any_bytes(self, magic, data):
        """Nothing is raised for what follows a magic."""
        read(magic + data)
