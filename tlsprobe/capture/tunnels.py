"""Tunnels over IP: GRE and its kin, and those over UDP, which only a port names.

A UDP port proves nothing, so those headers must hold exactly what their specifications ask for.
"""

from collections.abc import Mapping
from struct import Struct
from typing import Final

from tlsprobe.capture.layers import (
    ETHERNET,
    IP_PROTOCOL,
    IPV4,
    IPV6,
    MPLS,
    PPP,
    WIRELESS,
    Next,
    Step,
    ip_by_version,
)

_SHORT: Final = Struct(">H").unpack_from
_SHORTS: Final = Struct(">HH").unpack_from
_PORTS: Final = Struct(">HHH").unpack_from

# GRE flags (RFC 2784, RFC 2890; routing: RFC 1701; acknowledgment, version 1: RFC 2637).
_ROUTING, _KEY, _SEQUENCE, _ACKNOWLEDGMENT = 0x4000, 0x2000, 0x1000, 0x0080
# The header's size by the first four flags: checksum and routing share a field.
_GRE_SIZES: Final = tuple(
    4 + 4 * (flags > 3) + 4 * ((flags >> 1) & 1) + 4 * (flags & 1) for flags in range(16)
)
_POINT_TO_POINT = 0x880B
_TRANSPARENT_ETHERNET = 0x6558
_ERSPAN = 0x88BE
_ERSPAN_III = 0x22EB
_WCCP = 0x883E

# Nobody writes more; a hostile packet may.
_MAX_FIELDS: Final = 32


def gre(data: bytes, at: int, end: int) -> Next | None:
    """GRE of version 0, and PPTP's version 1."""
    flags, kind = _SHORTS(data, at)
    if flags & 7:
        return _pptp(flags, kind, at, end)
    numbered = flags & _SEQUENCE
    at += _GRE_SIZES[data[at] >> 4]
    if flags & _ROUTING:
        found = _behind_routes(data, at)
        if found is None:
            return None
        at = found
    if kind == _TRANSPARENT_ETHERNET:
        return ETHERNET, at, end
    if kind in (_ERSPAN, _ERSPAN_III):
        return _erspan(data, at, end) if numbered else (ETHERNET, at, end)
    if kind == _WCCP:
        # Version 1 had no header of its own, version 2 has four bytes (draft-mclaggan-wccp-v2rev1).
        return ip_by_version(data, at, end) or ip_by_version(data, at + 4, end)
    return kind, at, end


def _pptp(flags: int, kind: int, at: int, end: int) -> Next | None:
    """Version 1: the key holds the length and a call (RFC 2637 section 4.1)."""
    if flags & 7 != 1 or kind != _POINT_TO_POINT or not flags & _KEY or not flags & _SEQUENCE:
        return None
    return PPP, at + (16 if flags & _ACKNOWLEDGMENT else 12), end


def _behind_routes(data: bytes, at: int) -> int | None:
    """Where the source route entries end: at one without family and length (RFC 1701)."""
    for _ in range(_MAX_FIELDS):
        family, size = _SHORT(data, at)[0], data[at + 3]
        at += 4 + size
        if not family and not size:
            return at
    return None


def _erspan(data: bytes, at: int, end: int) -> Next | None:
    """Cisco's mirrored frames of types II and III (draft-foschiano-erspan-03 section 4).

    Type I has no header of its own, and no sequence number in GRE's.
    """
    version = data[at] >> 4
    if version == 1:
        return ETHERNET, at + 8, end
    if version != 2:
        return None
    frame_type, optional = (data[at + 10] >> 2) & 0x1F, data[at + 11] & 1
    at += 20 if optional else 12
    if frame_type == 2:
        return ip_by_version(data, at, end)
    return None if frame_type else (ETHERNET, at, end)


def ether_ip(data: bytes, at: int, end: int) -> Next | None:
    """A frame behind two bytes (RFC 3378 section 3)."""
    return (ETHERNET, at + 2, end) if _SHORT(data, at)[0] == 0x3000 else None


def udp(data: bytes, at: int, end: int) -> Next | None:
    """The tunnel that a port stands for, if its header holds what it must."""
    source, target, length = _PORTS(data, at)
    tunnel = UDP_TUNNELS.get(target) or UDP_TUNNELS.get(source)
    if tunnel is None or 0 < length < 8:
        return None
    # Length 0: longer than the field can say (RFC 2675 section 4).
    return tunnel(data, at + 8, min(end, at + length) if length else end)


def vxlan(data: bytes, at: int, end: int) -> Next | None:
    """VXLAN (RFC 7348 section 5), with or without a group policy.

    The policy is of draft-smith-vxlan-group-policy: a flag, two more of its own, and a group.
    """
    flags, more, group = data[at], data[at + 1], data[at + 2] | data[at + 3]
    plain = flags == 0x08 and not more and not group
    policy = flags == 0x88 and not more & ~0x48
    return (ETHERNET, at + 8, end) if (plain or policy) and not data[at + 7] else None


def vxlan_gpe(data: bytes, at: int, end: int) -> Next | None:
    """VXLAN that names what it carries (draft-ietf-nvo3-vxlan-gpe section 3)."""
    if data[at] & ~0x01 != 0x0C or data[at + 1] or data[at + 2] or data[at + 7]:
        return None
    kind = {1: IPV4, 2: IPV6, 3: ETHERNET}.get(data[at + 3])
    return None if kind is None else (kind, at + 8, end)


def geneve(data: bytes, at: int, end: int) -> Next | None:
    """Geneve (RFC 8926 section 3.4): version 0, reserved bits 0, options in words of four bytes."""
    first, flags = data[at], data[at + 1]
    (kind,) = _SHORT(data, at + 2)
    if first >> 6 or flags & 0x3F or data[at + 7]:
        return None
    at += 8 + first * 4
    if kind == _TRANSPARENT_ETHERNET:
        return ETHERNET, at, end
    return (kind, at, end) if kind in (IPV4, IPV6) else None


def gtp_user(data: bytes, at: int, end: int) -> Next | None:
    """A packet of a phone (GTP-U version 1 G-PDU, 3GPP TS 29.281 section 5)."""
    flags, kind, length = data[at], data[at + 1], _SHORT(data, at + 2)[0]
    if flags & 0xF8 != 0x30 or kind != 255 or at + 8 + length != end:
        return None
    at += 8
    if flags & 0x07:
        following = data[at + 3] if flags & 0x04 else 0
        at += 4
        for _ in range(_MAX_FIELDS):
            if not following:
                break
            size = data[at] * 4
            if not size:
                return None
            following, at = data[at + size - 1], at + size
        else:
            return None
    return ip_by_version(data, at, end)


def teredo(data: bytes, at: int, end: int) -> Next | None:
    """IPv6 behind authentication and origin, where they are (RFC 4380 section 5.1.1)."""
    if _SHORT(data, at)[0] == 1:
        at += 13 + data[at + 2] + data[at + 3]
    if _SHORT(data, at)[0] == 0:
        at += 8
    fits = data[at] >> 4 == 6 and at + 40 + _SHORT(data, at + 4)[0] == end
    return (IPV6, at, end) if fits else None


def l2tp(data: bytes, at: int, end: int) -> Next | None:
    """A data message of L2TP version 2 (RFC 2661 section 3.1)."""
    (flags,) = _SHORT(data, at)
    if flags & ~0x4B00 != 2:
        return None
    at += 8 if flags & 0x4000 else 6
    if flags & 0x0800:
        at += 4
    if flags & 0x0200:
        at += 2 + _SHORT(data, at)[0]
    return PPP, at, end


def tzsp(data: bytes, at: int, end: int) -> Next | None:
    """What MikroTik's sniffer and wireless sensors stream: version 1, tagged fields, a frame."""
    if data[at] != 1 or data[at + 1] > 1:
        return None
    kind = {1: ETHERNET, 0x12: WIRELESS}.get(_SHORT(data, at + 2)[0])
    at += 4
    for _ in range(_MAX_FIELDS):
        tag = data[at]
        if tag == 1:
            return None if kind is None else (kind, at + 1, end)
        at += 1 if tag == 0 else 2 + data[at + 1]
    return None


def labelled(_data: bytes, at: int, end: int) -> Next | None:
    """MPLS in UDP (RFC 7510)."""
    return MPLS, at, end


def inner_ipv4(_data: bytes, at: int, end: int) -> Next | None:
    """IPv4 in IP (RFC 2003, RFC 2473)."""
    return IPV4, at, end


def inner_ipv6(_data: bytes, at: int, end: int) -> Next | None:
    """IPv6 in IP (RFC 4213, RFC 2473)."""
    return IPV6, at, end


UDP_TUNNELS: Final[Mapping[int, Step]] = {
    1701: l2tp,
    2152: gtp_user,
    3544: teredo,
    4789: vxlan,
    4790: vxlan_gpe,
    6081: geneve,
    6635: labelled,
    # Linux's own default for VXLAN, from before it had a port.
    8472: vxlan,
    37008: tzsp,
}

STEPS: Final[Mapping[int, Step]] = {
    IP_PROTOCOL + 4: inner_ipv4,
    IP_PROTOCOL + 17: udp,
    IP_PROTOCOL + 41: inner_ipv6,
    IP_PROTOCOL + 47: gre,
    IP_PROTOCOL + 97: ether_ip,
    IP_PROTOCOL + 137: labelled,
}
"""What of the protocols over IP can carry packets, with what steps over it."""
