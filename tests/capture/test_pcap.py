"""What `tlsprobe.capture.pcap` reads."""

from struct import pack, unpack_from

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.capture.writing import NOON, SECOND, Seen, pcap_header, read, record
from tlsprobe.capture import chain
from tlsprobe.capture.pcap import MAX_PACKET

ORDERS = pytest.mark.parametrize("order", ["<", ">"])


def noise(count, seconds=NOON):
    """Packets of growing sizes, whose bytes are no headers."""
    return [
        record(bytes([index % 251 + 1]) * (index % 90 + 1), seconds + index)
        for index in range(count)
    ]


class TestFormat:
    """What the format holds."""

    @ORDERS
    def test_microseconds(self, order):
        """Packets of both byte orders have their time, link type, bytes and number."""
        file = pcap_header(order, link=113) + record(b"one", 5, 7, order) + record(b"", 6, 0, order)
        assert read(file) == (
            [Seen(1, 5 * SECOND + 7000, 113, b"one"), Seen(2, 6 * SECOND, 113, b"")],
            [],
        )

    @ORDERS
    def test_nanoseconds(self, order):
        """The second magic number says that times have nanoseconds."""
        file = pcap_header(order, 0xA1B23C4D) + record(b"x", 5, 7, order)
        assert read(file)[0] == [Seen(1, 5 * SECOND + 7, 1, b"x")]

    @ORDERS
    def test_longer_headers(self, order):
        """The third one says that each packet has eight more bytes before it."""
        more = pack(order + "IHBB", 2, 0x800, 0, 0)
        file = pcap_header(order, 0xA1B2CD34) + record(b"x", 5, 7, order, more=more) * 2
        packets, problems = read(file)
        assert [packet.data for packet in packets] == [b"x", b"x"]
        assert not problems

    def test_late_times(self):
        """Seconds have 32 bits without a sign: 2106 can be told."""
        assert read(pcap_header() + record(b"", 2**32 - 1))[0][0].time == (2**32 - 1) * SECOND

    def test_check_sequence(self):
        """The bits that tell of a frame check sequence are no part of the link type."""
        assert read(pcap_header(link=0xF4000001) + record(b"x"))[0][0].link == 1

    def test_cut_packets(self):
        """What the capture kept of a packet counts, not what it was on the wire."""
        assert read(pcap_header() + record(b"kept", full=1500))[0][0].data == b"kept"

    def test_no_packets(self):
        """A header alone is a capture of nothing."""
        assert read(pcap_header()) == ([], [])


class TestEnd:
    """Files that end too early."""

    def test_within_a_packet(self):
        """All whole packets are read, and the end is told to the byte."""
        packets, problems = read(pcap_header() + record(b"one") + record(b"second")[:-2])
        assert [packet.data for packet in packets] == [b"one"]
        assert problems == ["ends at byte 63, within packet 2: 4 of 6 bytes of it are there"]

    def test_within_a_header(self):
        """The same for a header that is not whole."""
        problems = read(pcap_header() + record(b"one") + b"12345")[1]
        assert problems == [
            "ends at byte 48, within packet 2: 5 of 16 bytes of its header are there"
        ]

    def test_largest_packet(self):
        """The largest packet is one, even where a window does not hold it."""
        large = b"L" * MAX_PACKET
        file = pcap_header() + record(b"one") + record(large) + record(b"three")
        packets, problems = read(file, window=2**16)
        assert [packet.data for packet in packets] == [b"one", large, b"three"]
        assert not problems


class TestDamage:
    """Files of which a part is wrong."""

    def test_a_packet_of_4_gigabytes(self):
        """Behind a packet that cannot be, the next ones are found, and keep their numbers."""
        before, after = noise(3), noise(4, NOON + 60)
        wrong = record(b"w" * 50, size=0xFFFFFFFF)
        file = pcap_header() + b"".join(before) + wrong + b"".join(after)
        packets, problems = read(file)
        assert [packet.frame for packet in packets] == [1, 2, 3, 5, 6, 7, 8]
        assert [packet.data for packet in packets] == [part[16:] for part in before + after]
        at = 24 + sum(map(len, before))
        assert problems == [
            (
                f"packet 4 at byte {at} claims 4294967295 bytes: 66 bytes were skipped to what looks "
                "like the next packet"
            )
        ]

    def test_the_first_packet(self):
        """There need not be a good packet before the damage."""
        packets, problems = read(pcap_header() + record(b"", size=2**31) + b"".join(noise(3)))
        assert [packet.frame for packet in packets] == [2, 3, 4]
        assert len(problems) == 1

    def test_damaged_times(self):
        """Nor does it matter that the last good packet tells a time far off."""
        file = pcap_header() + record(b"x", 5) + record(b"", size=2**31) + b"".join(noise(3))
        assert [packet.frame for packet in read(file)[0]] == [1, 3, 4, 5]

    def test_before_the_end(self):
        """One whole packet at the end is enough to go on with."""
        file = pcap_header() + record(b"", size=2**31) + record(b"last")
        assert [packet.data for packet in read(file)[0]] == [b"last"]

    def test_nothing_behind(self):
        """Where nothing follows that could be packets, that is where reading ends."""
        packets, problems = read(pcap_header() + record(b"one") + b"\xff" * 5000)
        assert [packet.data for packet in packets] == [b"one"]
        assert problems == [
            (
                "packet 2 at byte 43 claims 4294967295 bytes, and no packet was found behind it: "
                "reading ends there"
            )
        ]

    def test_zeros(self):
        """Zeros are not taken for packets to go on with."""
        packets, problems = read(pcap_header() + record(b"", size=2**31) + bytes(5000))
        assert packets == []
        assert len(problems) == 1

    def test_damage_everywhere(self):
        """A file with damage throughout is given up, and its problems stay few."""
        pair = record(b"w" * 50, size=0xFFFFFFFF) + b"".join(noise(3))
        packets, problems = read(pcap_header() + pair * 1100)
        assert len(packets) == 3 * 999
        assert len(problems) == 21
        assert problems[-1] == "980 more of the same file are not listed"


@st.composite
def files(draw):
    """Captures of which some bytes are wrong, in the byte order that is given as well."""
    order = draw(st.sampled_from("<>"))
    sizes = st.integers(0, 60)
    parts = []
    for _ in range(draw(st.integers(0, 60))):
        data = draw(st.binary(max_size=40))
        if draw(st.integers(0, 9)) == 0:
            data = record(record(data, NOON, order=order), NOON, order=order)
        size = draw(sizes) if draw(st.integers(0, 19)) == 0 else None
        parts.append(record(data, NOON + draw(st.integers(0, 9)), order=order, size=size))
    data = bytearray(pcap_header(order) + b"".join(parts) + draw(st.binary(max_size=20)))
    for _ in range(draw(st.integers(0, 3))):
        data[draw(st.integers(4, len(data) - 1))] = draw(st.integers(0, 255))
    return bytes(data)


def by_hand(file):
    """The packets up to the first that is not whole or not believed, in the plainest way."""
    order = "<" if file[0] == 0xD4 else ">"
    at, found = 24, []
    while at + 16 <= len(file):
        size = unpack_from(order + "I", file, at + 8)[0]
        if size > MAX_PACKET or at + 16 + size > len(file):
            break
        found.append(file[at + 16 : at + 16 + size])
        at += 16 + size
    return found


@given(files())
def test_as_by_hand(file):
    """Up to the first damage, what is read is what the plainest loop reads."""
    expected = by_hand(file)
    assert [packet.data for packet in read(file)[0]][: len(expected)] == expected


@given(files())
def test_lanes_change_nothing(file):
    """Following records in lanes gives the packets and problems that following them singly gives."""
    with pytest.MonkeyPatch.context() as patch:
        expected = read(file)
        patch.setattr(chain, "LANE", 20)
        patch.setattr(chain, "_FEWEST_LANES", 2)
        patch.setattr(chain, "_STEPS", 3)
        assert read(file) == expected


@given(files(), st.integers(32, 200))
def test_windows_change_nothing(file, window):
    """Nor does it matter how much of the file is in memory, where nothing is damaged."""
    packets, problems = read(file)
    if not any("claims" in problem for problem in problems):
        assert read(file, window=window) == (packets, problems)


@given(files(), st.lists(st.integers(1, 50)), st.integers(32, 200))
def test_pieces_change_nothing(file, sizes, window):
    """The same bytes give the same packets however they arrive."""
    assert read(file, sizes, window) == read(file, window=window)


def test_many_packets():
    """A file of many windows is read in lanes, among them packets that hold captures themselves."""
    inner = pcap_header() + b"".join(noise(40, NOON + 1))
    parts = [part for index in range(3000) for part in [*noise(9), record(inner, NOON + index)]]
    file = pcap_header() + b"".join(parts)
    packets, problems = read(file, window=2**21)
    assert [packet.data for packet in packets] == [part[16:] for part in parts]
    assert [packet.frame for packet in packets] == list(range(1, len(parts) + 1))
    assert not problems
