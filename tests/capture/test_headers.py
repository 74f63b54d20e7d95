"""The bulk reader is held against the one that goes packet by packet: they must say the same."""

import struct

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tlsprobe.capture.batch import Batch
from tlsprobe.capture.headers import Headers
from tlsprobe.capture.packets import Dissector

V4, V6 = bytes((192, 0, 2, 1, 198, 51, 100, 7)), bytes(range(16)) + bytes(range(32, 48))
LINKS = {
    1: lambda version: bytes(12) + (b"\x08\x00" if version == 4 else b"\x86\xdd"),
    0: lambda version: b"\x02\0\0\0" if version == 4 else b"\x1e\0\0\0",
    108: lambda version: b"\0\0\0\x02" if version == 4 else b"\0\0\0\x1e",
    101: lambda version: b"",
    228: lambda version: b"",
    229: lambda version: b"",
    113: lambda version: bytes(14) + (b"\x08\x00" if version == 4 else b"\x86\xdd"),
    276: lambda version: (b"\x08\x00" if version == 4 else b"\x86\xdd") + bytes(18),
    9: lambda version: b"\xff\x03" + (b"\x00\x21" if version == 4 else b"\x00\x57"),
}


def tcp(payload, *, options=b"", flags=0x18, ports=(50000, 443)):
    """A TCP segment."""
    offset = (20 + len(options)) // 4 << 4
    return struct.pack(">HHIIBBHHH", *ports, 100, 200, offset, flags, 1, 0, 0) + options + payload


def ip(version, body, *, protocol=6, options=b""):
    """A packet of either version; `options` make the header odd."""
    if version == 4:
        first = 0x45 + len(options) // 4
        size = 20 + len(options) + len(body)
        return struct.pack(">BBHHHBBH", first, 0, size, 1, 0, 61, protocol, 0) + V4 + options + body
    if options:
        body = bytes((protocol, 0)) + bytes(6) + body
        protocol = 0
    return struct.pack(">IHBB", 6 << 28, len(body), protocol, 61) + V6 + body


@st.composite
def packets(draw):
    """(link type, packet): whole, with tags, options, padding or other layers, cut, or spoiled."""
    link = draw(st.sampled_from(list(LINKS)))
    version = draw(st.sampled_from((4, 6)))
    inner = ip(
        version,
        tcp(draw(st.binary(max_size=20)), options=draw(st.sampled_from((b"", bytes(4), bytes(12)))),
            flags=draw(st.integers(0, 255))),
        protocol=draw(st.sampled_from((6, 6, 6, 17, 47, 4, 51))),
        options=draw(st.sampled_from((b"", b"", b"\x01" * 4))),
    )  # fmt: skip
    packet = LINKS[link](version) + inner
    if link == 1:
        for _ in range(draw(st.integers(0, 3))):
            packet = packet[:12] + b"\x81\x00\x00\x07" + packet[12:]
    if link in (113, 276) and draw(st.booleans()):
        place = {113: 14, 276: 0}[link]
        tag = draw(st.sampled_from((b"\x81\x00", b"\x88\x47", b"\x88\x64", b"\x00\x04")))
        packet = packet[:place] + tag + packet[place + 2 :]
    packet += bytes(draw(st.sampled_from((0, 0, 6))))
    packet = packet[: draw(st.sampled_from((len(packet), len(packet), 40, 54, 60)))]
    spoiled = bytearray(packet)
    for _ in range(draw(st.sampled_from((0, 0, 1, 3)))):
        if spoiled:
            spoiled[draw(st.integers(0, len(spoiled) - 1))] = draw(st.integers(0, 255))
    return link, bytes(spoiled)


def batch_of(many):
    """A batch of (link type, packet)s that lie behind one another."""
    sizes = np.array([len(packet) for _, packet in many], dtype=np.int64)
    data = np.frombuffer(b"".join(packet for _, packet in many) + bytes(1), dtype=np.uint8)
    return Batch(
        data=data,
        starts=np.cumsum(sizes) - sizes,
        sizes=sizes,
        times=np.arange(len(many), dtype=np.int64) * 1000,
        links=np.array([link for link, _ in many], dtype=np.int64),
        first_frame=1,
    )


def in_bulk(batch):
    """What the bulk reader finds, as the dissector words it: who, what, when, in which packet."""
    headers = Headers()
    found = headers.segments(batch)
    if found is None:
        return []
    rows = found.rows(np.arange(found.frames.size))
    answer = []
    for row, low, high in zip(rows, found.low.tolist(), found.high.tolist(), strict=True):
        frame, time, forward, seq, ack, flags, ttl, start, end = row
        source, target = (low, high) if forward else (high, low)
        payload = found.data[start:end].tobytes()
        ends = [(headers.address(one >> 16), one & 0xFFFF) for one in (source, target)]
        answer.append((frame, time, *ends[0], *ends[1], seq, ack, flags, ttl, payload))
    return answer


def one_by_one(many):
    """The same by the dissector."""
    dissector = Dissector()
    return [
        (index + 1, index * 1000, *segment[:9])
        for index, (link, packet) in enumerate(many)
        for segment in dissector.segments(link, packet, index + 1, index * 1000)
    ]


def by_connection(segments):
    """Segments in their order, by the two endpoints that they are between."""
    found = {}
    for one in segments:
        found.setdefault(frozenset((one[2:4], one[4:6])), []).append(one)
    return found


@settings(max_examples=400)
@given(st.lists(packets(), min_size=1, max_size=6))
def test_bulk_reading_says_what_reading_packet_by_packet_says(many):
    """Whatever the packets hold, both find the same segments, those of a connection in the same order."""
    assert by_connection(in_bulk(batch_of(many))) == by_connection(one_by_one(many))


@given(st.lists(st.tuples(st.sampled_from([*LINKS, 105, 147]), st.binary(max_size=90)), min_size=1))
def test_no_bytes_raise(many):
    """Packets of noise are passed over, by both alike."""
    assert by_connection(in_bulk(batch_of(many))) == by_connection(one_by_one(many))


@pytest.mark.parametrize("link", [1, 0, 108, 101, 113, 276])
@pytest.mark.parametrize("version", [4, 6])
def test_plain_packets_need_no_dissector(link, version, monkeypatch):
    """What is plain of the common link types is read in bulk, and only there."""
    monkeypatch.setattr(Dissector, "segments", None)
    packet = LINKS[link](version) + ip(version, tcp(b"payload"))
    [segment] = in_bulk(batch_of([(link, packet)]))
    assert segment[-1] == b"payload"


def test_addresses_that_mix_to_one_number_are_told_apart():
    """Two IPv6 addresses chosen to collide in the bulk reader's mixing stay two."""
    one = (1).to_bytes(8, "little") + (0x9E3779B97F4A7C15).to_bytes(8, "little")
    two = (2).to_bytes(8, "little") + (0x9E3779B97F4A7C15 * 2 % 2**64).to_bytes(8, "little")
    body = tcp(b"x")
    many = [
        (101, struct.pack(">IHBB", 6 << 28, len(body), 6, 61) + source + V6[16:] + body)
        for source in (one, two)
    ]
    assert by_connection(in_bulk(batch_of(many))) == by_connection(one_by_one(many))
