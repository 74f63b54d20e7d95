"""Packets for the tests of the packet reader: one segment, and headers to put before it."""

from struct import pack

from tlsprobe.capture.packets import Dissector, TcpSegment

HELLO = b"\x16\x03\x01\x00\x05hello"
SOURCE, TARGET = bytes((10, 0, 0, 1)), bytes((192, 0, 2, 7))
SOURCE6, TARGET6 = b"\x20\x01\x0d\xb8" + bytes(11) + b"\1", b"\x20\x01\x0d\xb8" + bytes(11) + b"\2"
ADDRESSES = bytes.fromhex("02aabbccdd01 02aabbccdd02")


def tcp(payload=HELLO, options=b"", flags=0x18):
    """A TCP segment from port 50122 to 443."""
    offset = (20 + len(options)) // 4 << 4
    return pack(">HHIIBBHHH", 50122, 443, 1000, 2000, offset, flags, 512, 0, 0) + options + payload


def udp(port, payload, source=50000):
    """A UDP datagram to a port."""
    return pack(">HHHH", source, port, 8 + len(payload), 0) + payload


def checksum(header):
    """The Internet checksum (RFC 1071)."""
    total = sum(int.from_bytes(header[at : at + 2]) for at in range(0, len(header), 2))
    while total > 0xFFFF:
        total = (total & 0xFFFF) + (total >> 16)
    return 0xFFFF - total


def ipv4(body, protocol=6, *, options=b"", ttl=57, place=0, number=7, total=None):
    """An IPv4 packet; `total` is its length as claimed."""
    size = 20 + len(options)
    total = size + len(body) if total is None else total
    head = pack(">BBHHHBB", 0x40 + size // 4, 0, total, number, place, ttl, protocol)
    rest = SOURCE + TARGET + options
    return head + checksum(head + b"\0\0" + rest).to_bytes(2) + rest + body


def outer(body, protocol):
    """An IPv4 packet of others, which carries ours."""
    plain = ipv4(body, protocol, ttl=200)
    # The checksum sums the same words.
    return plain[:12] + TARGET + SOURCE + plain[20:]


def ipv6(body, protocol=6, *, ttl=57, length=None):
    """An IPv6 packet; `length` is that of its payload as claimed."""
    length = len(body) if length is None else length
    return pack(">IHBB", 6 << 28, length, protocol, ttl) + SOURCE6 + TARGET6 + body


def frame(body, kind=0x0800):
    """An Ethernet frame."""
    return ADDRESSES + kind.to_bytes(2) + body


def fragments4(body, size, protocol=6, number=7):
    """The IPv4 fragments of a datagram."""
    places = range(0, len(body), size)
    return [
        ipv4(body[at : at + size], protocol, number=number,
             place=at // 8 | (0x2000 if at + size < len(body) else 0))
        for at in places
    ]  # fmt: skip


def fragments6(body, size, protocol=6, number=7):
    """The IPv6 fragments of a datagram."""
    return [
        ipv6(
            pack(">BxHI", protocol, at | (at + size < len(body)), number) + body[at : at + size], 44
        )
        for at in range(0, len(body), size)
    ]


def segments(link, *packets):
    """The segments of these packets of one capture."""
    dissector = Dissector()
    return [
        one
        for number, packet in enumerate(packets, 1)
        for one in dissector.segments(link, packet, number, number * 1_000_000)
    ]


def expected(source=SOURCE, target=TARGET, payload=HELLO, missing=0, flags=0x18):
    """The segment that `tcp` in `ipv4` is."""
    return TcpSegment(source, 50122, target, 443, 1000, 2000, flags, 57, payload, missing)


PLAIN = ipv4(tcp())
PLAIN6 = ipv6(tcp())
SEGMENT = expected()
SEGMENT6 = expected(SOURCE6, TARGET6)
