"""Tunnels: the segment inside is found, and what only bears a tunnel's port gives nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.capture.carried import PLAIN, PLAIN6, SEGMENT, SEGMENT6, frame, outer, segments, udp
from tests.capture.encapsulations import FRAME, IPV6, TUNNELS, gre, on_port
from tlsprobe.capture.packets import MAX_LAYERS
from tlsprobe.capture.tunnels import UDP_TUNNELS


@pytest.mark.parametrize("name", TUNNELS)
def test_tunnels(name):
    """The innermost packet is the one that counts: its addresses, its TTL, its bytes."""
    link, packet = TUNNELS[name]
    assert segments(link, packet) == [SEGMENT]


@pytest.mark.parametrize("name", IPV6)
def test_ipv6_inside(name):
    """IPv6 is found behind every header that may stand before it, and TCP behind its own."""
    link, packet = IPV6[name]
    assert segments(link, packet) == [SEGMENT6]


def test_the_answers_of_a_tunnel():
    """A tunnel's port may be the sender's."""
    header = bytes.fromhex("08000000 00002a00")
    packet = outer(udp(50000, header + FRAME, source=4789), 17)
    assert segments(101, packet) == [SEGMENT]


def test_a_length_that_the_card_fills_in():
    """A datagram without a length goes as far as its packet does."""
    datagram = udp(4789, bytes.fromhex("08000000 00002a00") + FRAME)
    packet = outer(datagram[:4] + bytes(2) + datagram[6:], 17)
    assert segments(101, packet) == [SEGMENT]


def test_tunnels_are_bounded():
    """A packet of tunnels alone ends somewhere."""
    packet = PLAIN
    for _ in range(MAX_LAYERS // 2 - 2):
        packet = outer(packet, 4)
    assert segments(101, packet) == [SEGMENT]
    for _ in range(4):
        packet = outer(packet, 4)
    assert segments(101, packet) == []


@pytest.mark.parametrize(
    "packet",
    [
        on_port(4789, bytes.fromhex("00000000 00002a00")),
        on_port(4789, bytes.fromhex("08000001 00002a00")),
        on_port(4789, bytes.fromhex("08000000 00002a01")),
        on_port(4789, bytes.fromhex("48000000 00002a00")),
        on_port(4790, bytes.fromhex("08000001 00002a00"), PLAIN),
        on_port(4790, bytes.fromhex("0c000009 00002a00"), PLAIN),
        on_port(6081, bytes.fromhex("40006558 00002a00")),
        on_port(6081, bytes.fromhex("00016558 00002a00")),
        on_port(6081, bytes.fromhex("00006558 00002a01")),
        on_port(6081, bytes.fromhex("00008847 00002a00"), PLAIN),
        on_port(2152, bytes.fromhex("30ff0000 00000001"), PLAIN),  # its length is wrong
        on_port(2152, bytes((0x30, 1, 0, len(PLAIN), 0, 0, 0, 1)), PLAIN),  # an echo
        on_port(2152, bytes((0x50, 255, 0, len(PLAIN), 0, 0, 0, 1)), PLAIN),
        on_port(2152, bytes((0x34, 255, 0, len(PLAIN) + 8, 0, 0, 0, 1, 0, 0, 0, 1)) + bytes(4), PLAIN),
        on_port(3544, b"", PLAIN),
        on_port(3544, b"", PLAIN6 + b"more"),
        on_port(1701, bytes.fromhex("8002 0001 0002 ff03 0021"), PLAIN),  # a control message
        on_port(1701, bytes.fromhex("0003 0001 0002 ff03 0021"), PLAIN),
        on_port(37008, bytes.fromhex("02000001 01")),
        on_port(37008, bytes.fromhex("01040001 01")),  # a keepalive
        on_port(37008, bytes.fromhex("01000009 01")),
        on_port(37008, bytes.fromhex("01000001") + bytes(60)),
        on_port(53, bytes.fromhex("08000000 00002a00")),
        (101, outer(b"\x20\0" + FRAME, 97)),
        (101, outer(PLAIN, 50)),  # ESP
        (101, outer(bytes(8) + PLAIN, 1)),  # what ICMP quotes was not sent by its sender
        gre(0x0800, PLAIN, 0x0002),
        gre(0x0800, PLAIN, 0x3001, bytes(8)),
        gre(0x0800, PLAIN, 0x4000, b"\0\0\0\0" + b"\x08\0\0\0" * 40),
        gre(0x88BE, bytes.fromhex("3064 0801 00000007") + FRAME, 0x1000, bytes(4)),
        gre(0x22EB, bytes.fromhex("2064 0801 00000007 0000 0400") + FRAME, 0x1000, bytes(4)),
        gre(0x6002, PLAIN),
    ],
)  # fmt: skip
def test_pretenders(packet):
    """Headers that a tunnel would not have are no tunnel's."""
    assert segments(*packet) == []


@given(st.sampled_from(sorted(UDP_TUNNELS)), st.binary(max_size=60))
def test_others_on_a_tunnels_port(port, payload):
    """Any bytes on a tunnel's port are nothing: no segment comes out of noise."""
    assert segments(1, frame(outer(udp(port, payload), 17))) == []
