# pyright: basic
# ruff: noqa: PLC0415
"""The TCP segments of single packets, for all that is not read in bulk.

A packet is walked layer by layer, and of tunnels only what comes out of them counts. Link types
that are not known here are given to scapy, the last resort: it is loaded when one is met, finds
the IP packet in the frame, and the walk goes on from there.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from logging import ERROR, getLogger
from struct import Struct
from struct import error as StructError  # noqa: N812 - it is a class, under a lower-case name
from typing import Any, Final, NamedTuple, cast

from tlsprobe.capture import internet, links, tunnels, wireless
from tlsprobe.capture.fragments import Fragments
from tlsprobe.capture.internet import Header, Packet
from tlsprobe.capture.layers import FRAGMENT, IPV4, IPV6, LINK, RAW_IP, TCP, Step

MAX_LAYERS: Final = 32
"""Layers of a packet that are walked over: an encapsulation takes two to five of them."""

# Of a packet that nothing has given a length yet.
_NO_END: Final = 1 << 62

_TCP: Final = Struct(">HHIIBB").unpack_from

_STEPS: Final[Mapping[int, Step]] = {
    **links.STEPS,
    **wireless.STEPS,
    **internet.STEPS,
    **tunnels.STEPS,
}


_LinkTypes = Callable[[int], Callable[[bytes], bytes | None] | None]


class TcpSegment(NamedTuple):
    """A TCP segment, and of the IP header that carries it what matters."""

    source: bytes
    """The address, 4 or 16 bytes."""
    source_port: int
    target: bytes
    target_port: int
    seq: int
    ack: int
    flags: int
    """The header's last eight: CWR, ECE, URG, ACK, PSH, RST, SYN, FIN."""
    ttl: int
    """TTL or hop limit."""
    payload: bytes
    """What was captured of it, without the padding of the link."""
    missing: int
    """Bytes that belong behind `payload` by all lengths around it, and were not captured."""


class Dissector:
    """Finds the TCP segments in the packets of one capture. No bytes make it raise."""

    def __init__(self) -> None:
        self.unknown_links: Counter[int] = Counter()
        """How many packets were passed over for their link type, which even scapy does not know."""
        self._fragments = Fragments()
        self._last_resort: _LinkTypes | None = None

    def segments(self, link: int, packet: bytes, frame: int, time: int) -> list[TcpSegment]:
        """The segments of a packet: one, if it carries TCP or is the last fragment of such.

        `link` is its LINKTYPE, `frame` its number in the file, `time` when it was seen in
        nanoseconds.
        """
        kind = LINK + link
        if kind not in _STEPS:
            found = self._ip_packet(link, packet)
            if found is None:
                return []
            kind, packet = RAW_IP, found
        try:
            return self._walk(kind, packet, frame, time)
        except (IndexError, StructError):
            # A header that is cut off.
            return []

    def _walk(self, kind: int, data: bytes, frame: int, time: int) -> list[TcpSegment]:
        at, end = 0, _NO_END
        header: Header | None = None
        for _ in range(MAX_LAYERS):
            if kind == TCP and header is not None:
                return _tcp(data, at, end, header)
            step = _STEPS.get(kind)
            if step is not None:
                following = step(data, at, end)
                if following is None:
                    return []
                kind, at, end = following
                continue
            packet = _ip(kind, data, at, end, header)
            if packet is None:
                return []
            header, (kind, at, end), fragment = packet
            if fragment is not None:
                whole = self._fragments.add(fragment, frame=frame, time=time)
                if whole is None:
                    return []
                data, kind, at, end = whole.data, whole.protocol, 0, whole.size
                header = header._replace(ttl=whole.ttl)
        return []

    def _ip_packet(self, link: int, packet: bytes) -> bytes | None:
        """The IP packet in a frame of a type that only scapy knows."""
        if self._last_resort is None:
            self._last_resort = _scapy()
        ip_packet = self._last_resort(link)
        if ip_packet is None:
            self.unknown_links[link] += 1
            return None
        return ip_packet(packet)


def _ip(kind: int, data: bytes, at: int, end: int, header: Header | None) -> Packet | None:
    if kind == IPV4:
        return internet.ipv4(data, at, end)
    if kind == IPV6:
        return internet.ipv6(data, at, end)
    if kind == FRAGMENT and header is not None and len(header.source) == 16:
        return internet.ipv6_fragment(data, at, end, header)
    return None


def _tcp(data: bytes, at: int, end: int, header: Header) -> list[TcpSegment]:
    """The segment at `at` (RFC 9293 section 3.1), if its header is all there."""
    source_port, target_port, seq, ack, offset, flags = _TCP(data, at)
    start = at + (offset >> 4) * 4
    if start < at + 20 or start > end or start > len(data):
        return []
    segment = TcpSegment(
        header.source, source_port, header.target, target_port, seq, ack, flags, header.ttl,
        data[start:end], max(0, end - len(data)),
    )  # fmt: skip
    return [segment]


def _scapy() -> _LinkTypes:
    """What finds IP packets in the frames that scapy knows, None for those that it does not."""
    from scapy.config import conf

    # It would tell on stderr of interfaces that are not there, and of malformed frames.
    getLogger("scapy").setLevel(ERROR)
    # The first four register link types.
    from scapy.layers import dot11, l2, ppi, ppp  # noqa: F401
    from scapy.layers.inet import IP
    from scapy.layers.inet6 import IPv6

    known = cast("Mapping[int, Callable[[bytes], Any]]", conf.l2types.num2layer)

    def of_link(link: int) -> Callable[[bytes], bytes | None] | None:
        dissect = known.get(link)
        if dissect is None:
            return None

        def ip_packet(frame: bytes) -> bytes | None:
            try:
                for layer in dissect(frame).iterpayloads():
                    if isinstance(layer, IP | IPv6):
                        return cast("bytes", layer.original)
            except Exception:  # noqa: BLE001 - over hostile bytes a dissector may raise anything
                return None
            return None

        return ip_packet

    return of_link
