"""What carries IP on a link: Ethernet with its tags, PPP, MPLS, and the headers captures make up.

The layouts of link types are those of https://www.tcpdump.org/linktypes.html.
"""

from collections.abc import Mapping
from struct import Struct
from typing import Final

from tlsprobe.capture.layers import (
    ETHERNET,
    FIRST_ETHERTYPE,
    IPV4,
    IPV6,
    LINK,
    MPLS,
    PPP,
    RAW_IP,
    Next,
    Step,
    by_ethertype,
    ip_by_version,
    llc,
)

MAX_LABELS: Final = 16

_LITTLE_LONG: Final = Struct("<I").unpack_from

# AF_INET is 2 everywhere. AF_INET6: Linux, Windows, NetBSD and OpenBSD (and Npcap), FreeBSD, macOS.
_FAMILIES: Final = {2: IPV4} | dict.fromkeys((10, 23, 24, 28, 30), IPV6)

# PPP DLL protocol numbers (IANA): IPv4, IPv6, MPLS unicast and multicast (RFC 3032).
_PPP_PROTOCOLS: Final = {0x21: IPV4, 0x57: IPV6, 0x281: MPLS, 0x283: MPLS}

NFULA_PAYLOAD: Final = 9


def ethernet(data: bytes, at: int, end: int) -> Next | None:
    """Two addresses and a type, or the length of an LLC frame."""
    kind = (data[at + 12] << 8) | data[at + 13]
    return by_ethertype(kind, data, at + 14, end)


def vlan_tag(data: bytes, at: int, end: int) -> Next | None:
    """IEEE 802.1Q and 802.1ad, and the older types that vendors stacked with."""
    return by_ethertype((data[at + 2] << 8) | data[at + 3], data, at + 4, end)


def vn_tag(data: bytes, at: int, end: int) -> Next | None:
    """Cisco's VN-Tag (what came of it is IEEE 802.1BR): four bytes before the type."""
    return by_ethertype((data[at + 4] << 8) | data[at + 5], data, at + 6, end)


def six_byte_tag(data: bytes, at: int, end: int) -> Next | None:
    """IEEE 802.1BR E-Tag, and Cisco Meta Data with one security group (TrustSec)."""
    return by_ethertype((data[at + 6] << 8) | data[at + 7], data, at + 8, end)


def backbone_tag(_data: bytes, at: int, end: int) -> Next | None:
    """IEEE 802.1ah: the I-TAG's four bytes, then the customer's whole frame."""
    return ETHERNET, at + 4, end


def pppoe(data: bytes, at: int, end: int) -> Next | None:
    """A PPPoE session frame (RFC 2516 section 4): version 1, type 1, code 0."""
    if data[at] != 0x11 or data[at + 1]:
        return None
    length = (data[at + 4] << 8) | data[at + 5]
    return PPP, at + 6, min(end, at + 6 + length)


def ppp(data: bytes, at: int, end: int) -> Next | None:
    """PPP, with or without HDLC's address and control, and with either size of protocol field.

    RFC 1661 section 2, RFC 1662 section 3.1; frames of Cisco's HDLC stand under the same link type.
    """
    if data[at] in (0x0F, 0x8F) and not data[at + 1]:
        return cisco_hdlc(data, at, end)
    if data[at] == 0xFF and data[at + 1] == 3:
        at += 2
    protocol, size = data[at], 1
    if not protocol & 1:
        protocol, size = (protocol << 8) | data[at + 1], 2
    kind = _PPP_PROTOCOLS.get(protocol)
    return None if kind is None else (kind, at + size, end)


def cisco_hdlc(data: bytes, at: int, end: int) -> Next | None:
    """Address, control, and an EtherType (RFC 1547 section 4.3.1)."""
    return by_ethertype((data[at + 2] << 8) | data[at + 3], data, at + 4, end)


def mpls(data: bytes, at: int, end: int) -> Next | None:
    """A label stack (RFC 3032 section 2.1), and a guess at what it carries, which it never says.

    IP tells itself by its first four bits, unless they are those of an Ethernet address: pseudowires
    carry frames, with a control word of which the first four bits are 0 (RFC 4385), or without one.
    """
    for _ in range(MAX_LABELS):
        at += 4
        if data[at - 2] & 1:
            break
    else:
        return None
    version = data[at] >> 4
    if version in (4, 6) and (_is_ip(data, at, end) or not _is_frame_of_ip(data, at)):
        return ip_by_version(data, at, end)
    if version == 0 and _is_frame_of_ip(data, at + 4):
        return ETHERNET, at + 4, end
    return (ETHERNET, at, end) if _is_frame_of_ip(data, at) else None


def _is_ip(data: bytes, at: int, end: int) -> bool:
    """Whether this is an IP header beyond doubt: by its checksum, or by an exact length."""
    if data[at] >> 4 == 6:
        return at + 40 + ((data[at + 4] << 8) | data[at + 5]) == min(end, len(data))
    header = data[at : at + (data[at] & 15) * 4]
    return len(header) >= 20 and int.from_bytes(header) % 0xFFFF == 0


def _is_frame_of_ip(data: bytes, at: int) -> bool:
    """Whether an Ethernet frame here would carry IP, a tag or more labels."""
    if len(data) < at + 15:
        return False
    kind = (data[at + 12] << 8) | data[at + 13]
    if kind in (IPV4, IPV6):
        return data[at + 14] >> 4 == (4 if kind == IPV4 else 6)
    return kind in STEPS


def loopback(data: bytes, at: int, end: int) -> Next | None:
    """BSD's loopback: an address family, in the order of whichever machine wrote it."""
    family = int.from_bytes(data[at : at + 4], "big" if data[at] == 0 else "little")
    kind = _FAMILIES.get(family)
    return None if kind is None else (kind, at + 4, end)


def linux_cooked(data: bytes, at: int, end: int) -> Next | None:
    """LINUX_SLL: what "any" gives; protocol 4 is LLC."""
    protocol = (data[at + 14] << 8) | data[at + 15]
    return _cooked(protocol, data, at + 16, end)


def linux_cooked_v2(data: bytes, at: int, end: int) -> Next | None:
    """LINUX_SLL2: the same with the interface's number."""
    protocol = (data[at] << 8) | data[at + 1]
    return _cooked(protocol, data, at + 20, end)


def _cooked(protocol: int, data: bytes, at: int, end: int) -> Next | None:
    if protocol >= FIRST_ETHERTYPE:
        return protocol, at, end
    return llc(data, at, end) if protocol == 4 else None


def nflog(data: bytes, at: int, end: int) -> Next | None:
    """Netfilter's log: fields of length, type and value; the packet is one of them.

    Lengths and types are in the order of the machine that wrote them. No type fills a whole byte,
    so the first one tells the order.
    """
    if data[at + 1]:
        return None
    at += 4
    short = Struct("<H" if data[at + 2] else ">H").unpack_from
    while at < end:
        (length,), (kind,) = short(data, at), short(data, at + 2)
        if length < 4:
            return None
        if kind == NFULA_PAYLOAD:
            return ip_by_version(data, at + 4, min(end, at + length))
        at += (length + 3) & ~3
    return None


def packet_tap(data: bytes, at: int, end: int) -> Next | None:
    """Apple's PKTAP: its own length, whether a packet follows, and the link type of that."""
    size, follows, link = (_LITTLE_LONG(data, at + place)[0] for place in (0, 4, 8))
    if size < 12 or follows != 1 or link in (149, 258):
        return None
    return LINK + link, at + size, end


def packet_filter(data: bytes, at: int, end: int) -> Next | None:
    """OpenBSD's and FreeBSD's PFLOG: its own length, unpadded, and an address family."""
    kind = _FAMILIES.get(data[at + 1])
    return None if kind is None else (kind, at + ((data[at] + 3) & ~3), end)


def encapsulating(data: bytes, at: int, end: int) -> Next | None:
    """OpenBSD's and FreeBSD's ENC, which sees IPsec's inside: family, SPI, flags."""
    following = loopback(data, at, end)
    return None if following is None else (following[0], at + 12, end)


def ipv4_only(_data: bytes, at: int, end: int) -> Next | None:
    """The link type says it."""
    return IPV4, at, end


def ipv6_only(_data: bytes, at: int, end: int) -> Next | None:
    """The link type says it."""
    return IPV6, at, end


STEPS: Final[Mapping[int, Step]] = {
    # Tags, labels and sessions, by EtherType.
    **dict.fromkeys((0x8100, 0x88A8, 0x9100, 0x9200, 0x9300), vlan_tag),
    0x8926: vn_tag,
    0x893F: six_byte_tag,
    0x8909: six_byte_tag,
    0x88E7: backbone_tag,
    MPLS: mpls,
    0x8848: mpls,
    0x880B: ppp,
    0x8864: pppoe,
    # Link types.
    ETHERNET: ethernet,
    **dict.fromkeys((LINK + 0, LINK + 108), loopback),
    **dict.fromkeys((RAW_IP, LINK + 12, LINK + 14), ip_by_version),
    LINK + 228: ipv4_only,
    LINK + 229: ipv6_only,
    **dict.fromkeys((PPP, LINK + 50), ppp),
    LINK + 51: pppoe,
    LINK + 104: cisco_hdlc,
    LINK + 109: encapsulating,
    LINK + 113: linux_cooked,
    LINK + 117: packet_filter,
    LINK + 219: mpls,
    LINK + 239: nflog,
    LINK + 258: packet_tap,
    LINK + 276: linux_cooked_v2,
}
"""Every layer that a link has, with what steps over it."""
