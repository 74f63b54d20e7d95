"""How the layers of a packet are named, and what it means to step over one.

Every layer has one number. An EtherType stands for itself, since nearly all that can carry IP names
it by EtherType; the other registries follow behind them. A step reads the header of one layer and
says which layer comes next, where that begins and where it must end.
"""

from collections.abc import Callable
from typing import Final

Next = tuple[int, int, int]
"""The following layer: its number, where it begins, and where it ends by all lengths around it.

The end may lie behind that of the packet, of which the capture kept only so much.
"""

Step = Callable[[bytes, int, int], Next | None]
"""(packet, start, end) to the following layer; None where the header holds what it must not.

A step may read beyond the packet: `IndexError` and `struct.error` mean that the header is cut off.
"""

# EtherTypes below are lengths (IEEE 802.3 clause 3.2.6).
FIRST_ETHERTYPE: Final = 0x0600
IPV4: Final = 0x0800
IPV6: Final = 0x86DD
MPLS: Final = 0x8847

LINK: Final = 0x1_0000
"""Link types from here on: the LINKTYPE values of tcpdump.org."""
ETHERNET: Final = LINK + 1
PPP: Final = LINK + 9
RAW_IP: Final = LINK + 101
WIRELESS: Final = LINK + 105

IP_PROTOCOL: Final = 1 << 33
"""IP protocol numbers from here on (IANA), IPv6 extension headers among them."""
TCP: Final = IP_PROTOCOL + 6
FRAGMENT: Final = IP_PROTOCOL + 44


def ip_by_version(data: bytes, at: int, end: int) -> Next | None:
    """An IP packet that nothing names but its own first four bits."""
    version = data[at] >> 4
    if version == 4:
        return IPV4, at, end
    return (IPV6, at, end) if version == 6 else None


def by_ethertype(kind: int, data: bytes, at: int, end: int) -> Next | None:
    """What begins at `at`, behind a field that holds an EtherType, or the length of an LLC frame."""
    if kind >= FIRST_ETHERTYPE:
        return kind, at, end
    return llc(data, at, min(end, at + kind))


def llc(data: bytes, at: int, end: int) -> Next | None:
    """IEEE 802.2 LLC, mostly with SNAP behind it (RFC 1042)."""
    head = data[at : at + 6]
    # The second is what 802.1H bridges write for the few protocols that need it.
    if head in (b"\xaa\xaa\x03\0\0\0", b"\xaa\xaa\x03\0\0\xf8"):
        return (data[at + 6] << 8) | data[at + 7], at + 8, end
    return (IPV4, at + 3, end) if head[:3] == b"\x06\x06\x03" else None
