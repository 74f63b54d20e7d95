"""Link layers: every one gives the segment, and what only looks like one gives nothing."""

import pytest

from tests.capture.carried import ADDRESSES, PLAIN, PLAIN6, SEGMENT, SEGMENT6, frame, segments
from tests.capture.encapsulations import FRAME, LABELS, LINKS, LLC, nflog, wireless

NO_LABEL_ENDS = bytes.fromhex("00064040") * 40


@pytest.mark.parametrize("name", LINKS)
def test_links(name):
    """The segment is the same whatever link carries it."""
    link, packet = LINKS[name]
    assert segments(link, packet) == [SEGMENT]


def test_padding():
    """What an Ethernet card fills up a frame with belongs to nobody."""
    assert segments(1, FRAME + bytes(9)) == [SEGMENT]
    assert segments(1, frame(PLAIN6 + bytes(9), 0x86DD)) == [SEGMENT6]


@pytest.mark.parametrize(
    "address", ["000c29000001", "00505600ff01", "02aabbccdd01", "44aabb000001"]
)
def test_pseudowires(address):
    """A pseudowire's frame is found with and without a control word, whatever its address is."""
    inner = bytes.fromhex(address) + FRAME[6:]
    for control in (b"", bytes(4), bytes.fromhex("00000007")):
        assert segments(1, frame(LABELS + control + inner, 0x8847)) == [SEGMENT]


def test_pseudowire_with_a_tag():
    """A tag in a pseudowire's frame speaks for a frame as IP does."""
    inner = frame(b"\0\7\x08\0" + PLAIN, 0x8100)
    assert segments(1, frame(LABELS + inner, 0x8847)) == [SEGMENT]


def test_addresses_that_begin_as_ip_does():
    """A frame in a pseudowire is a frame though its address looks like an IP header's start."""
    for first in (0x45, 0x60):
        inner = bytes((first,)) + ADDRESSES[1:] + b"\x08\0" + PLAIN
        assert segments(1, frame(LABELS + inner, 0x8847)) == [SEGMENT]


@pytest.mark.parametrize(
    ("link", "packet"),
    [
        (1, frame(NO_LABEL_ENDS + PLAIN, 0x8847)),
        (1, frame(LABELS + b"\x10" + PLAIN, 0x8847)),  # a pseudowire's own control channel
        (1, frame(b"\x12\0\0\x09\0\x56\0\x21" + PLAIN, 0x8864)),
        (1, frame(b"\x11\xa7\0\x09\0\x56\0\x21" + PLAIN, 0x8864)),  # PADT
        (1, frame(b"\xe0\xe0\x03" + PLAIN, 3 + len(PLAIN))),  # IPX
        (1, frame(b"\x08\0" + PLAIN, 0x0806)),
        (1, frame(PLAIN6)),
        (1, frame(PLAIN, 0x86DD)),
        (9, b"\xff\x03\xc0\x21" + PLAIN),  # LCP
        (0, b"\x07\0\0\0" + PLAIN),
        (101, b"\x50" + PLAIN),
        (113, bytes(14) + b"\0\x01" + PLAIN),
        (228, PLAIN6),
        (229, PLAIN),
        (239, b"\x02\x01" + nflog("<", PLAIN)[2:]),
        (239, nflog("<", PLAIN)[:12] + bytes(4)),
        (239, nflog("<", PLAIN)[:24]),
        (258, bytes((108, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0)) + bytes(96) + FRAME),
        (258, bytes((0, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0)) + bytes(96) + FRAME),
    ],
)
def test_what_carries_nothing(link, packet):
    """Headers of other versions, other protocols and no end give nothing."""
    assert segments(link, packet) == []


@pytest.mark.parametrize(
    "packet",
    [
        wireless(b"\x80\0"),  # a beacon
        wireless(b"\x48\1"),  # no data
        wireless(b"\x08\x41"),  # encrypted
        wireless(b"\x08\x05"),  # more fragments
        wireless(b"\x08\1")[:22] + b"\x11" + wireless(b"\x08\1")[23:],  # a later fragment
        wireless(b"\x88\1", b"\x80\0"),  # aggregated
    ],
)
def test_wireless_frames_without_a_whole_packet(packet):
    """Of 802.11 only whole data frames that nobody encrypted are read."""
    assert segments(105, packet) == []


def test_wireless_padding():
    """Two bytes that an adapter left free before the packet do not hide it."""
    assert segments(105, wireless(b"\x88\x02", b"\0\0", bytes(2) + LLC + PLAIN)) == [SEGMENT]
