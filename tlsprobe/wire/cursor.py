"""Read the TLS presentation language off bytes, naming every field (RFC 8446 section 3).

A read that runs out of bytes raises `DecodeError` with the field's name, so that an anomaly can say
what was wrong and not only that something was. A block is a cursor of its own which must be used
up: trailing bytes are how sloppy imitations of TLS give themselves away.
"""

from collections.abc import Callable
from struct import unpack
from typing import TypeVar

from tlsprobe.errors import DecodeError

T = TypeVar("T")


class Cursor:
    """A place in `data`, bounded by `end`."""

    __slots__ = ("data", "end", "position")

    def __init__(self, data: bytes, position: int = 0, end: int | None = None) -> None:
        self.data = data
        self.position = position
        self.end = len(data) if end is None else end

    @property
    def remaining(self) -> int:
        """How many bytes are left."""
        return self.end - self.position

    def uint(self, size: int, what: str) -> int:
        """A big-endian unsigned integer of `size` bytes."""
        start = self.position
        stop = start + size
        if stop > self.end:
            raise DecodeError(f"{what} is cut off", start)
        self.position = stop
        return int.from_bytes(self.data[start:stop])

    def take(self, size: int, what: str) -> bytes:
        """Exactly `size` bytes."""
        start = self.position
        stop = start + size
        if stop > self.end:
            raise DecodeError(f"{what} is cut off", start)
        self.position = stop
        return self.data[start:stop]

    def opaque(self, prefix: int, what: str) -> bytes:
        """Bytes behind a length of `prefix` bytes: ``opaque field<0..2^(8*prefix)-1>``."""
        start = self.position + prefix
        if start <= self.end:
            stop = start + int.from_bytes(self.data[self.position : start])
            if stop <= self.end:
                self.position = stop
                return self.data[start:stop]
        return self.take(self.uint(prefix, f"length of {what}"), what)  # says what is cut off

    def block(self, prefix: int, what: str) -> "Cursor":
        """A cursor over the bytes behind a length of `prefix` bytes; this one moves past them."""
        size = self.uint(prefix, f"length of {what}")
        start = self.position
        stop = start + size
        if stop > self.end:
            raise DecodeError(f"{what} is cut off", start)
        self.position = stop
        return Cursor(self.data, start, stop)

    def uints(self, prefix: int, size: int, what: str) -> tuple[int, ...]:
        """A vector of integers of `size` bytes each, behind a length of `prefix` bytes."""
        body = self.opaque(prefix, what)
        if size == 1:
            return tuple(body)
        count, odd = divmod(len(body), size)
        if odd:
            raise DecodeError(f"{what} is no whole number of entries", self.position)
        if size == 2:
            return unpack(f">{count}H", body)
        return tuple(int.from_bytes(body[at : at + size]) for at in range(0, len(body), size))

    def vector(self, prefix: int, what: str, read: Callable[["Cursor"], T]) -> tuple[T, ...]:
        """As many values as `read` finds in the bytes behind a length of `prefix` bytes."""
        block = self.block(prefix, what)
        values: list[T] = []
        while block.position < block.end:
            before = block.position
            values.append(read(block))
            if block.position == before:
                raise DecodeError(f"{what} holds an entry of no bytes", before)
        return tuple(values)

    def rest(self) -> bytes:
        """All that is left."""
        start, self.position = self.position, self.end
        return self.data[start : self.end]

    def finish(self, what: str) -> None:
        """Raise unless everything was read."""
        if self.position != self.end:
            raise DecodeError(f"{what} has {self.remaining} trailing bytes", self.position)
