"""Captures that are kept compressed: gzip and Zstandard, told by their first bytes.

Both may be of several parts, as they come from parallel compressors and from `cat`. A broken place
ends the capture, after all that stood before it. What is unpacked is never in memory as a whole,
however much a small file claims to hold.
"""

import zlib
from typing import Protocol

import zstandard

from tlsprobe.capture.problems import Problems
from tlsprobe.capture.source import Source, Stored

_GZIP_MAGIC = b"\x1f\x8b"
_ZSTANDARD_MAGIC = b"\x28\xb5\x2f\xfd"
# Sixteen more magics, 50 to 5f before these, are of frames without data (RFC 8878 section 3.1.2):
# what parallel compressors write begins with one.
_SKIPPABLE = b"\x2a\x4d\x18"

_PIECE = 2**15
# What Zstandard makes of so many bytes is in memory at once, and that may be 128 KiB of every 4 of
# them (RFC 8878 section 3.1.1.2): 32 MiB. Of gzip, zlib makes as much at a time as it is asked for.
_BITE = 2**10


def unpacked(stored: Stored, problems: Problems) -> Source:
    """The bytes of the capture itself, whatever they are packed in."""
    magic = stored.peek(4)
    if magic.startswith(_GZIP_MAGIC):
        return _Unpacked(_Gzip(stored, problems))
    if magic == _ZSTANDARD_MAGIC or (magic[1:] == _SKIPPABLE and magic[0] & 0xF0 == 0x50):
        return _Unpacked(_Zstandard(stored, problems))
    return stored


class _Unpacker(Protocol):
    def more(self, wanted: int) -> bytes:
        """Some more unpacked bytes, about `wanted` of them; none at the end."""
        ...


class _Unpacked:
    """Fills rooms with what an unpacker gives."""

    def __init__(self, unpacker: _Unpacker) -> None:
        self._unpacker = unpacker
        self._ready = memoryview(b"")
        self._ended = False

    def fill(self, room: memoryview) -> int:
        """As `Source` says."""
        filled = 0
        while filled < len(room) and not self._ended:
            if not self._ready:
                self._ready = memoryview(self._unpacker.more(len(room) - filled))
                self._ended = not self._ready
            count = min(len(self._ready), len(room) - filled)
            room[filled : filled + count] = self._ready[:count]
            self._ready = self._ready[count:]
            filled += count
        return filled


class _Gzip:
    """Unpacks gzip (RFC 1952)."""

    def __init__(self, stored: Stored, problems: Problems) -> None:
        self._stored = stored
        self._problems = problems
        self._packed = b""
        self._inflate = zlib.decompressobj(wbits=31)
        self._broken = False

    def more(self, wanted: int) -> bytes:
        """Some more unpacked bytes, at most `wanted` of them but at a broken place."""
        unpacked = b""
        while not unpacked and not self._broken:
            self._packed = self._packed or self._stored.piece(_PIECE)
            last = not self._packed
            if self._inflate.eof and not self._next_member():
                if last or self._packed:
                    break
                continue
            unpacked = self._unpack(wanted)
            if last and not unpacked:
                at = self._stored.position
                self._problems.note(f"the gzip stream is cut off at byte {at}")
                break
        return unpacked

    def _next_member(self) -> bool:
        """Whether one begins here, after zeros that pad the one before."""
        self._packed = self._packed.lstrip(b"\0")
        if not self._packed:
            return False
        if self._packed[0] != _GZIP_MAGIC[0]:
            self._problems.note("what follows the gzip stream is not gzip, and was not read")
            self._broken = True
            return False
        self._inflate = zlib.decompressobj(wbits=31)
        return True

    def _unpack(self, wanted: int) -> bytes:
        before = self._inflate.copy()
        try:
            unpacked = self._inflate.decompress(self._packed, wanted)
        except zlib.error as error:
            self._broken = True
            at = self._stored.position
            reason = str(error).rpartition(": ")[2]
            self._problems.note(f"the gzip stream is broken before byte {at}: {reason}")
            return _before_the_break(before, self._packed)
        self._packed = self._inflate.unused_data or self._inflate.unconsumed_tail
        return unpacked


class _Inflating(Protocol):
    def decompress(self, data: bytes, /) -> bytes: ...

    def copy(self) -> "_Inflating": ...


def _before_the_break(inflate: _Inflating, packed: bytes) -> bytes:
    """All that zlib makes of the bytes before the one that it stumbles over: searched by halving."""
    unpacked = bytearray()
    while packed:
        half = packed[: (len(packed) + 1) // 2]
        before = inflate.copy()
        try:
            unpacked += inflate.decompress(half)
            packed = packed[len(half) :]
        except zlib.error:
            if len(half) == 1:
                break
            inflate, packed = before, half
    return bytes(unpacked)


class _Zstandard:
    """Unpacks Zstandard (RFC 8878)."""

    def __init__(self, stored: Stored, problems: Problems) -> None:
        self._stored = stored
        self._problems = problems
        self._packed = memoryview(b"")
        self._decompressor = zstandard.ZstdDecompressor()
        self._frame = self._decompressor.decompressobj()
        self._within = False

    def more(self, wanted: int) -> bytes:  # noqa: ARG002 - it cannot be told to give less
        """Some more unpacked bytes, as many as come of one bite; none at the end."""
        unpacked = b""
        while not unpacked:
            self._packed = self._packed or memoryview(self._stored.piece(_PIECE))
            bite = self._packed[:_BITE]
            at = self._stored.position - len(self._packed) + len(bite)
            if not bite:
                if self._within:
                    self._problems.note(f"the Zstandard stream is cut off at byte {at}")
                break
            try:
                unpacked = self._frame.decompress(bite)
            except zstandard.ZstdError as error:
                self._problems.note(f"the Zstandard stream is broken before byte {at}: {error}")
                break
            self._packed = self._packed[len(bite) - len(self._frame.unused_data) :]
            self._within = not self._frame.eof
            if self._frame.eof:
                self._frame = self._decompressor.decompressobj()
        return unpacked
