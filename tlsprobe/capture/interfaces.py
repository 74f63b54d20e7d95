"""The interfaces that a section of a pcapng file describes, and the times that each of them counts."""

import struct
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from tlsprobe.capture.batch import Int64
from tlsprobe.capture.pcapng_options import options

UInt64 = npt.NDArray[np.uint64]

MAX_INTERFACES = 2**16
# Nothing is captured before 1970 or after 2116: such times are read as these two.
_LATEST = 2**62 - 1

_RESOLUTION = 9
_OFFSET = 14
_OFFSET_NANOSECONDS = 19
_SIZES = {_RESOLUTION: 1, _OFFSET: 8, _OFFSET_NANOSECONDS: 4}


class _Interface(NamedTuple):
    position: int
    """Where in the file it is described: packets before that cannot mean it."""
    link: int
    snapshot: int
    """Bytes that it keeps of a packet at most."""
    divisor: int
    factor: int
    """Nanoseconds are its ticks by the one, times the other,"""
    digits: int
    """unless it counts in powers of two: then a second has so many binary digits of ticks, else -1."""
    offset: int
    """Nanoseconds to be added."""


# No packet stands behind the end of all files.
_UNKNOWN = _Interface(position=2**62, link=0, snapshot=0, divisor=1, factor=1, digits=-1, offset=0)


class _Columns(NamedTuple):
    """The fields of some interfaces."""

    position: Int64
    link: Int64
    snapshot: Int64
    divisor: Int64
    factor: Int64
    digits: Int64
    offset: Int64


class Interfaces:
    """Those of one section. Packets name them by their number, from 0."""

    def __init__(self, order: str) -> None:
        self._order = order
        self._described: list[_Interface] = []
        self._columns: _Columns | None = None

    def describe(self, body: bytes, position: int) -> str | None:
        """Takes the body of an Interface Description Block at byte `position`; gives what is wrong."""
        if len(self._described) == MAX_INTERFACES:
            return f"is one of more than {MAX_INTERFACES}: its packets are not read"
        if len(body) < 8:
            return f"has {len(body)} of 8 bytes: its packets are not read"
        link, snapshot = struct.unpack_from(self._order + "H2xI", body)
        resolution, offset, fault = self._clock(body[8:])
        exponent = resolution & 0x7F
        binary = resolution != exponent
        self._described.append(
            _Interface(
                position=position,
                link=link,
                snapshot=snapshot or 2**32,
                divisor=10 ** min(max(exponent - 9, 0), 18),
                factor=10 ** max(9 - exponent, 0),
                digits=min(exponent, 63) if binary else -1,
                offset=min(max(offset, -_LATEST), _LATEST),
            )
        )
        self._columns = None
        return fault

    def known(self, numbers: Int64, positions: Int64) -> npt.NDArray[np.bool_]:
        """Which interfaces were described before a packet at that byte of the file named them."""
        columns, at = self._table(numbers)
        return np.less(columns.position[at], positions)

    def links(self, numbers: Int64) -> Int64:
        """Their link types."""
        columns, at = self._table(numbers)
        return columns.link[at]

    def snapshots(self, numbers: Int64) -> Int64:
        """How many bytes of a packet they keep."""
        columns, at = self._table(numbers)
        return columns.snapshot[at]

    def times(self, numbers: Int64, ticks: UInt64) -> Int64:
        """When ticks of their clocks were, in nanoseconds since 1970."""
        columns, at = self._table(numbers)
        factor = columns.factor[at].view(np.uint64)
        times = ticks // columns.divisor[at].view(np.uint64)
        times = np.minimum(times, np.uint64(_LATEST) // factor) * factor
        digits = columns.digits[at]
        binary = digits >= 0
        if binary.any():
            times[binary] = _of_binary(ticks[binary], digits[binary].view(np.uint64))
        since_1970 = times.view(np.int64) + columns.offset[at]
        clipped: Int64 = np.clip(since_1970, 0, _LATEST)
        return clipped

    def _table(self, numbers: Int64) -> tuple[_Columns, Int64]:
        """The interfaces and one that stands for the unknown; `numbers` as places in that."""
        if self._columns is None:
            rows = np.array([*self._described, _UNKNOWN], dtype=np.int64)
            self._columns = _Columns(*(np.ascontiguousarray(column) for column in rows.T))
        return self._columns, np.minimum(numbers, len(self._described))

    def _clock(self, raw: bytes) -> tuple[int, int, str | None]:
        """Resolution as it is written, offset in nanoseconds, and what is wrong with the options."""
        resolution, offset, fault = 6, 0, None
        for option in options(raw, self._order):
            if isinstance(option, str):
                return resolution, offset, option
            code, value = option
            if code in _SIZES and len(value) != _SIZES[code]:
                fault = f"option {code} has {len(value)} bytes, expected {_SIZES[code]}"
            elif code == _RESOLUTION:
                resolution = value[0]
            elif code == _OFFSET:
                offset += struct.unpack(self._order + "q", value)[0] * 10**9
            elif code == _OFFSET_NANOSECONDS:
                offset += struct.unpack(self._order + "i", value)[0]
        return resolution, offset, fault


def _of_binary(ticks: UInt64, digits: UInt64) -> UInt64:
    """Nanoseconds of ticks of which a second has 2 to the `digits`, without leaving 64 bits."""
    seconds = np.minimum(ticks >> digits, np.uint64(_LATEST // 10**9 - 1))
    rest = ticks & ((np.uint64(1) << digits) - np.uint64(1))
    beyond = np.maximum(digits, np.uint64(34)) - np.uint64(34)
    parts = (rest >> beyond) * np.uint64(10**9) >> (digits - beyond)
    nanoseconds: UInt64 = seconds * np.uint64(10**9) + parts
    return nanoseconds
