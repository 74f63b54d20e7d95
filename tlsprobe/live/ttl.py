"""Sockets whose packets cross a given number of routers, and what is said of packets that died.

Linux tells an ordinary user of all of it: IP_TTL limits what is sent, IP_RECVERR keeps the ICMP
errors of a socket in a queue of its own (ip(7), "sock_extended_err"), and a socket filter sees the
IP header of what arrives. Nobody else does, so elsewhere `AVAILABLE` is False.
"""

import contextlib
import ctypes
import socket
import struct
import sys
from typing import NamedTuple

AVAILABLE = sys.platform == "linux"
UNAVAILABLE = (
    "only Linux tells an ordinary program which router dropped its packets: not available here"
)

# Of linux/in.h, linux/in6.h, linux/errqueue.h and asm-generic/socket.h: Python 3.11 has few of them.
_IP_TTL, _IP_RECVERR, _IP_RECVTTL = 2, 11, 12
_IPV6_UNICAST_HOPS, _IPV6_RECVERR, _IPV6_RECVHOPLIMIT, _IPV6_HOPLIMIT = 16, 25, 51, 52
_MSG_ERRQUEUE = 0x2000
_SO_ATTACH_FILTER = 26
_FROM_ICMP, _FROM_ICMP6 = 2, 3
_TIME_EXCEEDED = {_FROM_ICMP: 11, _FROM_ICMP6: 3}
_FIXED = struct.Struct("=IBBBBII")
_MAX_QUEUED = 8
_ROOM = 512


class Told(NamedTuple):
    """An ICMP error about a packet of ours."""

    expired: bool
    """Whether the TTL had run out; else the packet could not be delivered."""
    address: str
    """Who says so."""
    back_ttl: int | None
    """What was left of the error's own TTL."""


def limit(sock: socket.socket, hops: int) -> None:
    """Let what is sent from now on, also again, cross fewer than `hops` routers."""
    if sock.family == socket.AF_INET6:
        sock.setsockopt(socket.IPPROTO_IPV6, _IPV6_UNICAST_HOPS, hops)
    else:
        sock.setsockopt(socket.IPPROTO_IP, _IP_TTL, hops)


def listen_for_errors(sock: socket.socket) -> None:
    """Keep ICMP errors for `told`, and the TTL of what arrives for `back_ttl`."""
    if sock.family == socket.AF_INET6:
        sock.setsockopt(socket.IPPROTO_IPV6, _IPV6_RECVERR, 1)
        sock.setsockopt(socket.IPPROTO_IPV6, _IPV6_RECVHOPLIMIT, 1)
    else:
        sock.setsockopt(socket.IPPROTO_IP, _IP_RECVERR, 1)
        sock.setsockopt(socket.IPPROTO_IP, _IP_RECVTTL, 1)


def told(sock: socket.socket) -> Told | None:
    """The next ICMP error about a packet of this socket's; None where there is none."""
    for _ in range(_MAX_QUEUED):
        ancillary = _received(sock, _MSG_ERRQUEUE)
        if ancillary is None:
            return None
        for level, kind, body in ancillary:
            error = _icmp(level, kind, body)
            if error is not None:
                return Told(*error, back_ttl(ancillary))
    return None


def received(sock: socket.socket) -> tuple[int | None] | None:
    """Take a datagram: the TTL that it had left, where told; None where none is there."""
    ancillary = _received(sock, 0)
    return None if ancillary is None else (back_ttl(ancillary),)


def back_ttl(ancillary: list[tuple[int, int, bytes]]) -> int | None:
    """The TTL of a packet that arrived, out of what came beside it."""
    for level, kind, body in ancillary:
        if (level, kind) in ((socket.IPPROTO_IP, _IP_TTL), (socket.IPPROTO_IPV6, _IPV6_HOPLIMIT)):
            ttl = int.from_bytes(body[:4], sys.byteorder)
            return ttl if 0 < ttl < 256 else None
    return None


def cut_to_ttl(sock: socket.socket) -> None:
    """Let a TCP socket take of each segment as many bytes as its TTL has left.

    The kernel gives the TTL of a TCP packet to nobody but a filter, and a filter may say how much of a
    packet is kept: so the length of the first bytes tells it, see `ttl_of_cut`. What is cut off
    counts as lost, and the connection is good for nothing afterwards. Where the device has not verified
    the checksum, as those of tunnels (VPNs) have not, the kernel does so later, of what is left, and
    drops it: then nothing arrives at all.
    """
    offset = 7 if sock.family == socket.AF_INET6 else 8
    program = b"".join(
        struct.pack("HBBI", code, 0, 0, argument)
        for code, argument in (
            (
                0x30,
                12,
            ),  # A = the byte of the TCP header that holds its length in words, above 4 bits
            (0x74, 2),  # A >>= 2
            (0x54, 0x3C),  # A &= 0x3c: that length in bytes
            (0x07, 0),  # X = A
            (0x30, 0xFFF00000 + offset),  # A = the TTL; SKF_NET_OFF begins at the IP header
            (0x0C, 0),  # A += X
            (0x16, 0),  # keep A bytes
        )
    )
    code = ctypes.create_string_buffer(program, len(program))
    with contextlib.suppress(
        OSError
    ):  # where there are no filters, nothing is cut, and seen to be so
        sock.setsockopt(
            socket.SOL_SOCKET,
            _SO_ATTACH_FILTER,
            struct.pack("HL", len(program) // 8, ctypes.addressof(code)),
        )


def ttl_of_cut(data: bytes) -> int | None:
    """The TTL that `cut_to_ttl` wrote into the length of the first bytes of a TLS record.

    None where the record was not cut: it was too short for that, or there was no filter.
    """
    if not 5 <= len(data) <= 255 or len(data) >= 5 + int.from_bytes(data[3:5], "big"):
        return None
    return len(data)


def _received(sock: socket.socket, flags: int) -> list[tuple[int, int, bytes]] | None:
    if sys.platform != "win32":  # which has no recvmsg
        with contextlib.suppress(OSError):
            _, ancillary, _, _ = sock.recvmsg(_ROOM, _ROOM, flags)
            return ancillary
    return None


def _icmp(level: int, kind: int, body: bytes) -> tuple[bool, str] | None:
    """Whether the TTL ran out, and who says so."""
    if (level, kind) not in (
        (socket.IPPROTO_IP, _IP_RECVERR),
        (socket.IPPROTO_IPV6, _IPV6_RECVERR),
    ):
        return None
    if len(body) < _FIXED.size + 8:
        return None
    _, origin, number, *_ = _FIXED.unpack_from(body)
    if origin == _FROM_ICMP:
        address = socket.inet_ntop(socket.AF_INET, body[20:24])
    elif origin == _FROM_ICMP6 and len(body) >= _FIXED.size + 24:
        address = socket.inet_ntop(socket.AF_INET6, body[24:40])
    else:
        return None
    return number == _TIME_EXCEEDED[origin], address
