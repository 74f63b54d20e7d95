"""What a fuzzer begins with: captures of `fixtures/`, and what stands in them in each target's form."""

import struct
from collections.abc import Iterator
from functools import cache
from itertools import chain
from pathlib import Path

from cryptography import x509

from tests import revoking
from tests.fuzz import scripts
from tests.fuzz.reading import FIXTURES
from tests.fuzz.scripts import SYN, Sent
from tests.fuzz.targets import TARGETS
from tlsprobe.capture.containers import open_capture
from tlsprobe.capture.conversations import Conversation, conversations
from tlsprobe.capture.packets import Dissector
from tlsprobe.crypto.keys import KeyLog

MAX_SIZE = 8192
"""Of an input in bytes: what is longer teaches a fuzzer nothing more and takes longer."""


def seeds(target: str) -> list[bytes]:
    """The inputs to begin with, none longer than `MAX_SIZE`."""
    return [one[:MAX_SIZE] for one in _SEEDS[target]()]


def _captures() -> list[bytes]:
    return [file.read_bytes() for file in _files()]


@cache
def _files() -> list[Path]:
    return sorted(file for file in FIXTURES.iterdir() if ".pcap" in file.name)


@cache
def _packets() -> list[list[tuple[int, bytes]]]:
    """The packets of each capture."""
    found: list[list[tuple[int, bytes]]] = []
    for file in _files():
        packets: list[tuple[int, bytes]] = []
        with open_capture(str(file)) as opened:
            for batch in opened:
                for start, size, link in zip(
                    batch.starts.tolist(), batch.sizes.tolist(), batch.links.tolist(), strict=True
                ):
                    packets.append((link, batch.data[start : start + size].tobytes()))
        found.append(packets)
    return found


def _carried() -> Iterator[bytes]:
    """Packets of each capture, and one of them in other carriers."""
    for packets in _packets():
        yield scripts.of_packets(packets)
    plain = next(packet for packet in (one for _, one in _packets()[0]) if len(packet) > 120)[14:]
    gre = b"\0\0\x08\0" + plain
    vxlan = b"\x08\0\0\0\0\0\x07\0" + bytes(12) + b"\x08\0" + plain
    udp = struct.pack(">HHHH", 50000, 4789, 8 + len(vxlan), 0) + vxlan
    outer = b"\x45\0%s\0\0\0\0\x40%s\0\0" + plain[12:20]
    for protocol, body in ((4, plain), (47, gre), (17, udp)):
        size = struct.pack(">H", 20 + len(body))
        yield scripts.of_packets([(101, outer % (size, bytes((protocol,))) + body)])
    tagged = bytes(12) + b"\x81\0\0\1\x88\x47\0\1\x01\x40" + plain
    size = struct.pack(">H", len(plain) + 2)
    session = bytes(12) + b"\x88\x64\x11\0\0\1" + size + b"\0\x21" + plain
    yield scripts.of_packets([(1, tagged), (1, session)])
    yield scripts.of_packets(_fragments(plain))
    yield scripts.of_packets([(link, plain) for link in scripts.LINKS])


def _fragments(plain: bytes) -> Iterator[tuple[int, bytes]]:
    """An IPv4 packet in two."""
    head, body = plain[:20], plain[20:]
    for place, more, piece in ((0, 0x2000, body[:64]), (64, 0, body[64:])):
        sizes = struct.pack(">HHH", 20 + len(piece), 7, place >> 3 | more)
        yield 101, head[:2] + sizes + head[8:] + piece


def _segments() -> Iterator[bytes]:
    """The segments of each capture, as far as they are of one connection."""
    for packets in _packets():
        yield scripts.of_segments(_sent(packets))


def _sent(packets: list[tuple[int, bytes]]) -> Iterator[Sent]:
    dissector = Dissector()
    due: dict[bool, int] = {}
    for number, (link, packet) in enumerate(packets, 1):
        for one in dissector.segments(link, packet, number, number):
            by_client = one.source_port > one.target_port
            shift = (one.seq - due.get(by_client, one.seq) + 2**31) % 2**32 - 2**31
            if abs(shift) >= 2**15 or one.flags & SYN:
                shift = 0
            yield Sent(0, by_client, one.flags, shift, one.payload)
            if shift >= 0:
                due[by_client] = one.seq + len(one.payload) + bool(one.flags & 3)


@cache
def _conversations() -> list[Conversation]:
    found: list[Conversation] = []
    for file in _files():
        with open_capture(str(file)) as opened:
            found += chain.from_iterable(conversations(opened, KeyLog()))
    return found


def _transcripts() -> list[bytes]:
    return [scripts.of_transcript(one.transcript.segments) for one in _conversations()]


def _preludes() -> Iterator[bytes]:
    for packets in _packets():
        sides: dict[bool, bytes] = {False: b"", True: b""}
        for one in _sent(packets):
            sides[one.by_client] += one.payload
        yield scripts.of_two(sides[True][:600], sides[False][:600])
    yield scripts.of_two(b"\0\0\0\x08\x04\xd2\x16\x2f\x16\x03\x01", b"S")
    yield scripts.of_two(b"EHLO a\r\nSTARTTLS\r\n", b"220 a\r\n250-a\r\n250 STARTTLS\r\n220 go\r\n")
    yield scripts.of_two(b"\x04\x01\x01\xbb\0\0\0\1\0a.example\0", b"\0\x5a\0\0\0\0\0\0")
    yield scripts.of_two(b"\x12\x01\0\x08\0\0\1\0", b"\x04\1\0\x08\0\0\1\0")
    yield scripts.of_two(b"PROXY TCP4 192.0.2.1 192.0.2.2 1 2\r\n", b"")
    yield scripts.of_two(b"\x0d\x0a\x0d\x0a\0\x0d\x0aQUIT\x0a\x21\x11\0\x0c" + bytes(12), b"")


def _certificates() -> list[bytes]:
    return sorted({der for one in _conversations() for der in one.handshake.certificates})


def _revocations() -> list[bytes]:
    """Lists, responses, and bundles of certificates."""
    part = revoking.point(
        full_name=[x509.UniformResourceIdentifier("http://a/")], only_contains_user_certs=True
    )
    staples = sorted((FIXTURES.parent / "chains" / "staples").iterdir())
    return [
        revoking.revocation_list(5, 300, 2**120),
        revoking.revocation_list(5, extensions=part),
        revoking.revocation_list(reason=None),
        revoking.bundle(revoking.issuing(), revoking.ROOT_CERTIFICATE),
        *(file.read_bytes() for file in staples),
    ]


def _keylogs() -> list[bytes]:
    return [(FIXTURES / "tls13.keylog").read_bytes()]


def _pieces() -> list[bytes]:
    return [
        b"\x80\x04abcd\x80\x04efgh",
        b"\x84\x04efgh\x74\x04abcd\x80\x04ijkl",
        b"\x80\x08abcdefgh\x7a\x04XXXX\xff\x02zz\x70\x08hijklmno",
    ]


_SEEDS = {
    "container": _captures,
    "capture": _captures,
    "reports": _captures,
    "packets": _carried,
    "reassembly": _pieces,
    "connections": _segments,
    "reader": _transcripts,
    "certificate": _certificates,
    "keylog": _keylogs,
    "preludes": _preludes,
    "revocations": _revocations,
}
assert set(_SEEDS) == set(TARGETS)
