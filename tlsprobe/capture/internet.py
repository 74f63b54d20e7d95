"""IPv4, IPv6 and what stands between them and TCP."""

from collections.abc import Mapping
from struct import Struct
from typing import Final, NamedTuple

from tlsprobe.capture.fragments import Fragment
from tlsprobe.capture.layers import IP_PROTOCOL, Next, Step

_IPV4: Final = Struct(">BxHHHBBxx4s4s").unpack_from
_IPV6: Final = Struct(">BxxxHBB16s16s").unpack_from
_FRAGMENT: Final = Struct(">BxH").unpack_from
_MORE_FRAGMENTS_IPV4 = 0x2000


class Header(NamedTuple):
    """An IP header, as far as what it carries needs it."""

    source: bytes
    target: bytes
    ttl: int
    """TTL or hop limit."""


Packet = tuple[Header, Next, Fragment | None]
"""An IP packet: its header, where it goes on, and the part that it is of another."""


def ipv4(data: bytes, at: int, end: int) -> Packet | None:
    """The IPv4 packet at `at` (RFC 791 section 3.1); None where its header cannot be.

    A total length of 0 is one that the machine left to its network card to fill in, for each of
    the segments that it makes of the packet: such a packet takes all that was captured.
    """
    first, total, identification, place, ttl, protocol, source, target = _IPV4(data, at)
    start = at + (first & 15) * 4
    if first >> 4 != 4 or start < at + 20:
        return None
    end = min(end, at + total if total else len(data))
    if end < start:
        return None
    header = Header(source, target, ttl)
    following = (IP_PROTOCOL + protocol, start, end)
    if not place & 0x3FFF:
        return header, following, None
    key = b"".join((source, target, identification.to_bytes(2), bytes((protocol,))))
    fragment = Fragment(
        key=key,
        offset=(place & 0x1FFF) * 8,
        more=bool(place & _MORE_FRAGMENTS_IPV4),
        size=end - start,
        data=data[start:end],
        protocol=IP_PROTOCOL + protocol,
        ttl=ttl,
    )
    return header, following, fragment


def ipv6(data: bytes, at: int, end: int) -> Packet | None:
    """The IPv6 packet at `at` (RFC 8200 section 3); None where its header cannot be.

    A payload length of 0 is that of a jumbogram (RFC 2675), or of the same habit as in IPv4.
    """
    first, length, protocol, hop_limit, source, target = _IPV6(data, at)
    start = at + 40
    end = min(end, start + length if length else len(data))
    if first >> 4 != 6 or end < start:
        return None
    header = Header(source, target, hop_limit)
    return header, (IP_PROTOCOL + protocol, start, end), None


def ipv6_fragment(data: bytes, at: int, end: int, header: Header) -> Packet | None:
    """The packet behind an IPv6 fragment header (RFC 8200 section 4.5)."""
    protocol, place = _FRAGMENT(data, at)
    start, kind = at + 8, IP_PROTOCOL + protocol
    if end < start:
        return None
    following = (kind, start, end)
    # Whole all the same (RFC 6946).
    if not place & 0xFFF9:
        return header, following, None
    fragment = Fragment(
        key=b"".join((header.source, header.target, data[at + 4 : start])),
        offset=place & 0xFFF8,
        more=bool(place & 1),
        size=end - start,
        data=data[start:end],
        protocol=kind,
        ttl=header.ttl,
    )
    return header, following, fragment


def extension(data: bytes, at: int, end: int) -> Next | None:
    """An IPv6 extension header in units of eight bytes (RFC 8200 section 4, RFC 6564)."""
    return IP_PROTOCOL + data[at], at + 8 + data[at + 1] * 8, end


def authentication(data: bytes, at: int, end: int) -> Next | None:
    """IPsec's AH, in units of four bytes, of IPv4 as well (RFC 4302 section 2)."""
    return IP_PROTOCOL + data[at], at + 8 + data[at + 1] * 4, end


STEPS: Final[Mapping[int, Step]] = {
    # Hop-by-hop, routing, destination, mobility, HIP, shim6.
    **dict.fromkeys((IP_PROTOCOL + code for code in (0, 43, 60, 135, 139, 140)), extension),
    IP_PROTOCOL + 51: authentication,
}
"""What may stand between IP and TCP, with what steps over it."""
