"""Single packets: what their segments hold, whatever was cut off, and that nothing raises."""

import subprocess
import sys
from shutil import which
from struct import pack

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.capture.carried import (
    HELLO,
    PLAIN,
    PLAIN6,
    SEGMENT,
    SEGMENT6,
    expected,
    fragments4,
    fragments6,
    frame,
    ipv4,
    ipv6,
    outer,
    segments,
    tcp,
)
from tests.capture.encapsulations import FRAME, IPV6, LINKS, LLC, RADIOTAP, TUNNELS, gre, wireless
from tlsprobe.capture.packets import Dissector

EVERY = [*LINKS.values(), *TUNNELS.values(), *IPV6.values()]
EVERY += [(101, one) for one in fragments4(tcp(), 16) + fragments6(tcp(), 16)]
LINK_TYPES = sorted({link for link, _ in EVERY})
OPTIONS = bytes.fromhex("020405b4 04020101")

# Two headers of other adapters, which only scapy reads.
PRISM = pack("<II", 0x44, 144) + bytes(136)
PPI = pack("<BBHI", 0, 0, 8, 105)

NOT_TSHARKS = {
    "labels": "it does not know the link type",
    "VXLAN on Linux's port": "it goes by the port that was assigned",
    "nflog, big-endian": "it goes by the byte order of the file, which this packet has not",
}


def test_what_a_segment_holds():
    """Addresses, ports, numbers, flags, TTL and bytes are those of the packet."""
    packet = ipv4(tcp(options=OPTIONS, flags=0x52), ttl=3)
    (segment,) = segments(1, frame(packet))
    assert segment == expected(flags=0x52)._replace(ttl=3)
    assert segments(101, ipv6(tcp(b""))) == [SEGMENT6._replace(payload=b"")]


@pytest.mark.parametrize(("packet", "segment"), [(PLAIN, SEGMENT), (PLAIN6, SEGMENT6)])
def test_cut_payload(packet, segment):
    """Of a packet that the capture cut, what is there is given, and how much is not."""
    for lacking in range(len(HELLO) + 1):
        (found,) = segments(101, packet[: len(packet) - lacking])
        assert found.payload + HELLO[len(HELLO) - lacking :] == HELLO
        assert found == segment._replace(payload=found.payload, missing=lacking)


@pytest.mark.parametrize(("link", "packet"), EVERY)
def test_cut_headers(link, packet):
    """Of a packet that was cut before its payload there is no segment, wherever it was cut."""
    for size in range(len(packet) - len(HELLO)):
        assert segments(link, packet[:size]) == []


def test_cut_tunnel():
    """The lengths outside and inside a tunnel agree on what is missing."""
    link, packet = gre(0x0800, PLAIN)
    assert segments(link, packet[:-4]) == [expected(payload=HELLO[:-4], missing=4)]


def test_lengths_that_disagree():
    """What a header claims beyond the packet that carries it never existed."""
    link, packet = gre(0x0800, ipv4(tcp(), total=4000))
    assert segments(link, packet) == [SEGMENT]
    session = pack(">BBHHH", 0x11, 0, 9, 2 + len(PLAIN) - 4, 0x21) + PLAIN
    assert segments(51, session) == [expected(payload=HELLO[:-4])]


@pytest.mark.parametrize("packet", [ipv4(tcp(), total=0), ipv6(tcp(), length=0)])
def test_lengths_that_the_card_fills_in(packet):
    """A packet of length 0 goes on to the end of what was captured."""
    (segment,) = segments(101, packet)
    assert (segment.payload, segment.missing) == (HELLO, 0)


@pytest.mark.parametrize(
    "packet",
    [
        ipv4(tcp()[:12] + b"\x40" + tcp()[13:]),  # TCP offset below its own header
        ipv4(tcp()[:12] + b"\xf0" + tcp()[13:]),  # and beyond the packet
        ipv4(tcp(), total=39) + bytes(20),  # TCP's header would be padding
        ipv4(tcp(), total=12),
        b"\x44" + PLAIN[1:],  # IP header below its own size
        b"\x4f" + PLAIN[1:24],
        ipv4(tcp(), 17),
        ipv4(b"\x06\0" + bytes(6) + tcp(), 44),  # IPv6's fragment header in IPv4
        ipv6(b"\x06\xff" + bytes(6) + tcp(), 0),
        ipv6(tcp(), 59),
        ipv6(b"\x06\0\0\0\0\0\0\1"[:4], 44),
    ],
)
def test_malformed(packet):
    """Headers that cannot be give nothing."""
    assert segments(101, packet) == []


def test_unknown_link_types():
    """Packets of a link type that nobody knows are counted by it."""
    dissector = Dissector()
    for _ in range(3):
        assert dissector.segments(189, FRAME, 1, 1) == []  # USB
    dissector.segments(4_000_000_000, FRAME, 1, 1)
    dissector.segments(1, FRAME, 1, 1)
    assert dissector.unknown_links == {189: 3, 4_000_000_000: 1}


@pytest.mark.parametrize(
    ("link", "packet"),
    [
        (119, PRISM + wireless(b"\x08\x01")),
        (192, PPI + wireless(b"\x08\x01")),
        (204, b"\0\xff\x03\0\x21" + PLAIN),
    ],
    ids=["Prism", "PPI", "PPP with a direction"],
)
def test_last_resort(link, packet):
    """Packets are found by scapy in frames that are not known here, and may not be found."""
    dissector = Dissector()
    assert dissector.segments(link, packet, 1, 1) == [SEGMENT]
    for size in range(0, len(packet) - len(HELLO), 7):
        assert dissector.segments(link, packet[:size], 1, 1) == []
    assert not dissector.unknown_links


def test_the_last_resort_goes_on_here():
    """Behind a link that scapy knows fragments and tunnels are read as behind any other."""
    head = PPI + wireless(b"\x08\x01", body=LLC)
    pieces = fragments4(tcp(), 16)
    assert segments(192, *(head + one for one in pieces)) == [SEGMENT]
    assert segments(192, head + gre(0x0800, PLAIN)[1]) == [SEGMENT]


LOADING = """
import sys
from tlsprobe.capture.packets import Dissector
def loaded():
    return any(name.partition('.')[0] == 'scapy' for name in sys.modules)
dissector = Dissector()
packet = bytes.fromhex(sys.argv[1])
dissector.segments(1, packet, 1, 1)
assert not loaded()
dissector.segments(204, b'\\0\\xff\\x03\\0\\x21' + packet[14:20], 1, 1)
assert loaded()
dissector.segments(192, bytes(40), 1, 1)
"""


def test_scapy_is_loaded_late_and_silent():
    """For what is not known here scapy is loaded, and says nothing whatever it meets."""
    done = subprocess.run(
        [sys.executable, "-c", LOADING, FRAME.hex()], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def block(kind, body):
    """A block of pcapng."""
    body += bytes(-len(body) % 4)
    return pack("<II", kind, 12 + len(body)) + body + pack("<I", 12 + len(body))


@pytest.mark.skipif(which("tshark") is None, reason="tshark is not installed")
def test_tshark_reads_the_same(tmp_path):
    """The packets of these tests are what tshark takes them for: links, tunnels and all."""
    cases = [
        (link, packet)
        for group in (LINKS, TUNNELS, IPV6)
        for name, (link, packet) in group.items()
        if name not in NOT_TSHARKS
    ]
    capture = block(0x0A0D0D0A, pack("<IHHq", 0x1A2B3C4D, 1, 0, -1))
    for link in LINK_TYPES:
        capture += block(1, pack("<HHI", link, 0, 0))
    for link, packet in cases:
        head = pack("<IIIII", LINK_TYPES.index(link), 0, 0, len(packet), len(packet))
        capture += block(6, head + packet)
    file = tmp_path / "every.pcapng"
    file.write_bytes(capture)
    fields = ["-e", "tcp.srcport", "-e", "tcp.dstport", "-e", "tcp.len"]
    done = subprocess.run(
        ["tshark", "-r", file, "-T", "fields", *fields], capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines() == ["50122\t443\t10"] * len(cases)


@given(st.sampled_from(LINK_TYPES), st.lists(st.binary(max_size=120), max_size=5))
def test_any_bytes(link, packets):
    """No bytes raise, whatever link they are said to come from."""
    segments(link, *packets)


@given(
    st.sampled_from(EVERY),
    st.lists(st.tuples(st.integers(0, 200), st.integers(0, 255)), min_size=1, max_size=8),
    st.none() | st.integers(0, 200),
)
def test_mutated_packets(case, changes, size):
    """Packets with some bytes changed or cut off raise nothing, and never give what is not there."""
    link, packet = case
    changed = bytearray(packet)
    for place, value in changes:
        changed[place % len(changed)] = value
    changed = bytes(changed[:size])
    for segment in segments(link, changed):
        assert segment.payload in changed
        assert len(segment.source) == len(segment.target)
        assert 0 <= segment.missing < 1 << 16


@given(st.sampled_from([119, 192, 204, 274]), st.binary(max_size=150))
def test_any_bytes_for_the_last_resort(link, packet):
    """What scapy makes of noise is nothing worse than nothing."""
    segments(link, packet)
    segments(link, RADIOTAP + packet)


def test_the_outer_packet_does_not_count():
    """Addresses and TTL are of the packet that holds the segment, not of what carries it."""
    (segment,) = segments(101, outer(PLAIN6, 41))
    assert segment == SEGMENT6
