"""IEEE 802.11 data frames as a monitor hears them, as far as nobody encrypted them."""

from collections.abc import Mapping
from struct import Struct
from typing import Final

from tlsprobe.capture.layers import LINK, WIRELESS, Next, Step, llc

_LITTLE_SHORT: Final = Struct("<H").unpack_from

# Frame control, first byte: version and type, whether there is no data, QoS (802.11 clause 9.2.4.1).
_DATA, _NO_DATA, _QOS = 0x08, 0x40, 0x80
# Second byte.
_BOTH_DS, _MORE_FRAGMENTS, _PROTECTED, _ORDER = 0x03, 0x04, 0x40, 0x80
_AGGREGATE = 0x80


def data_frame(data: bytes, at: int, end: int) -> Next | None:
    """A data frame that holds one packet whole; no encrypted, fragmented or aggregated one."""
    control, flags = data[at], data[at + 1]
    if control & 0x0F != _DATA or control & _NO_DATA:
        return None
    if flags & (_PROTECTED | _MORE_FRAGMENTS) or data[at + 22] & 0x0F:
        return None
    at += 30 if flags & _BOTH_DS == _BOTH_DS else 24
    if not control & _QOS:
        return llc(data, at, end)
    if data[at] & _AGGREGATE:
        return None
    at += 6 if flags & _ORDER else 2
    # Some adapters leave two bytes free, so that the packet lies on a word's boundary.
    return llc(data, at, end) or llc(data, at + 2, end)


def radiotap(data: bytes, at: int, end: int) -> Next | None:
    """What the adapter says of the frame, of a length that it gives (https://www.radiotap.org)."""
    if data[at]:
        return None
    (size,) = _LITTLE_SHORT(data, at + 2)
    return (WIRELESS, at + size, end) if size >= 8 else None


STEPS: Final[Mapping[int, Step]] = {WIRELESS: data_frame, LINK + 127: radiotap}
"""The wireless layers, with what steps over them."""
