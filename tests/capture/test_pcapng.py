"""What `tlsprobe.capture.pcapng` reads."""

from struct import pack, unpack_from

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.capture.writing import (
    NOON,
    SECOND,
    Seen,
    batches,
    block,
    enhanced,
    interface,
    obsolete,
    option,
    read,
    secrets,
    section,
    simple,
)
from tlsprobe.capture import chain, pcapng
from tlsprobe.capture.interfaces import MAX_INTERFACES
from tlsprobe.capture.pcapng import MAX_BLOCK
from tlsprobe.capture.problems import LISTED
from tlsprobe.capture.sections import NO_LINK

ORDERS = pytest.mark.parametrize("order", ["<", ">"])
BEGIN = section() + interface()
TIME = NOON * SECOND


def comments(file, **how):
    """The comments of all packets."""
    return {frame: found for _, part, _ in batches(file, **how)[0] for frame, found in part.items()}


class TestPackets:
    """The three types of packets."""

    @ORDERS
    def test_enhanced(self, order):
        """Packets of both byte orders have their time, link type, bytes and number."""
        file = section(order) + interface(113, order=order) + enhanced(b"12345", 7, order=order) * 2
        assert read(file) == ([Seen(frame, 7000, 113, b"12345") for frame in (1, 2)], [])

    @ORDERS
    def test_obsolete(self, order):
        """The type of packet that this one replaced is read as well."""
        idbs = interface(1, order=order) + interface(101, order=order)
        file = section(order) + idbs + obsolete(b"old", 7, number=1, order=order)
        assert read(file) == ([Seen(1, 7000, 101, b"old")], [])

    @ORDERS
    def test_simple(self, order):
        """A packet without a time has that of the one before, and the first interface."""
        idb = interface(113, order=order, snapshot=6)
        simples = simple(b"123", order), simple(b"123456", order, full=1500)
        file = section(order) + idb + simples[0] + enhanced(b"x", 7, order=order) + simples[1]
        assert read(file) == (
            [Seen(1, 0, 113, b"123"), Seen(2, 7000, 113, b"x"), Seen(3, 7000, 113, b"123456")],
            [],
        )

    def test_simple_in_the_next_window(self):
        """The packet before may be out of memory already."""
        file = BEGIN + enhanced(b"1" * 40, 7) + simple(b"2" * 40)
        assert [packet.time for packet in read(file, window=120)[0]] == [7000, 7000]

    def test_unlimited_simple(self):
        """An interface without a limit keeps all of a simple packet."""
        assert read(BEGIN + simple(b"1" * 70000))[0][0].data == b"1" * 70000


class TestSections:
    """Sections, and what they describe."""

    def test_several(self):
        """Each section has its own byte order and its own interfaces; packets are counted through."""
        first = section("<") + interface(1) + interface(101) + enhanced(b"a", 1, number=1)
        second = section(">") + interface(113, order=">") + enhanced(b"b", 2, order=">")
        third = section(">") + interface(276, order=">") + enhanced(b"c", 3, order=">")
        packets, problems = read(first + second + third + first)
        assert [(packet.frame, packet.link, packet.data) for packet in packets] == [
            (1, 101, b"a"),
            (2, 113, b"b"),
            (3, 276, b"c"),
            (4, 101, b"a"),
        ]
        assert not problems

    def test_interfaces_that_come_late(self):
        """An interface may be described between packets, before its own."""
        file = BEGIN + enhanced(b"a") + interface(101) + enhanced(b"b", number=1)
        assert [packet.link for packet in read(file)[0]] == [1, 101]

    def test_interface_that_comes_too_late(self):
        """A packet before the description of its interface cannot be read, and keeps its number."""
        file = section() + enhanced(b"a", 5) + interface() + enhanced(b"b", 6)
        assert read(file) == (
            [Seen(1, 0, NO_LINK, b""), Seen(2, 6000, 1, b"b")],
            ["packet 1 at byte 28 is of interface 0, which was not described before"],
        )

    def test_too_many_interfaces(self):
        """There is an end to how many interfaces are remembered."""
        last = enhanced(b"a", number=MAX_INTERFACES - 1) + enhanced(b"b", number=MAX_INTERFACES)
        packets, problems = read(section() + interface() * (MAX_INTERFACES + 1) + last)
        assert [packet.data for packet in packets] == [b"a", b""]
        assert len(problems) == 2

    def test_too_many_sections(self):
        """There is an end to how many sections a file may have."""
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(pcapng, "MAX_SECTIONS", 3)
            few = read((BEGIN + enhanced(b"x")) * 3)
            many = read((BEGIN + enhanced(b"x")) * 5, window=100)
        assert [len(packets) for packets, _ in (few, many)] == [3, 4]
        assert not few[1]
        assert many[1] == ["more than 3 sections: reading ends at byte 336"]

    def test_other_blocks(self):
        """Names, statistics, and blocks of types that nobody knows are left out."""
        others = b"".join(block(kind, b"other") for kind in (4, 5, 0xBAD, 0x40000BAD, 77))
        packets, problems = read(BEGIN + others + enhanced(b"x"))
        assert [packet.data for packet in packets] == [b"x"]
        assert not problems

    @pytest.mark.parametrize("stretch", [1, 100, 5000])
    def test_many_sections(self, stretch):
        """Files that were put together from many have many sections."""
        parts = [section(order) + interface(order=order) for order in "<>>><<"]
        file = b"".join(
            part + enhanced(b"x" * 30, order=order) * stretch
            for part, order in zip(parts, "<>>><<", strict=True)
        )
        packets, problems = read(file)
        assert [packet.frame for packet in packets] == list(range(1, 6 * stretch + 1))
        assert {packet.data for packet in packets} == {b"x" * 30}
        assert not problems


class TestTimes:
    """How interfaces count time."""

    @pytest.mark.parametrize(
        ("resolution", "ticks", "time"),
        [
            (0, NOON, TIME),
            (3, NOON * 1000 + 5, TIME + 5 * 10**6),
            (6, NOON * 10**6 + 5, TIME + 5000),
            (9, NOON * 10**9 + 5, TIME + 5),
            (10, NOON * 10**10 + 59, TIME + 5),
            (127, NOON, 0),
            (0x80, NOON, TIME),
            (0x80 + 10, (NOON << 10) + 512, TIME + SECOND // 2),
            (0x80 + 30, (NOON << 30) + (1 << 29), TIME + SECOND // 2),
            (0x80 + 33, (NOON << 33) + 1, TIME),
            (0x80 + 63, 1 << 63, SECOND),
            (0x80 + 50, (5 << 50) + (1 << 49), 5 * SECOND + SECOND // 2),
        ],
    )
    def test_resolution(self, resolution, ticks, time):
        """A second has ticks in any power of 10, or of 2."""
        file = section() + interface(options=option(9, bytes([resolution]))) + enhanced(b"", ticks)
        assert read(file)[0][0].time == time

    def test_each_interface(self):
        """Each interface counts for itself."""
        fast, binary = (interface(options=option(9, bytes([digits]))) for digits in (9, 0x81))
        packets = (
            enhanced(b"", TIME + 1, 0) + enhanced(b"", 2 * NOON + 1, 1) + enhanced(b"", TIME, 0)
        )
        assert [packet.time for packet in read(section() + fast + binary + packets)[0]] == [
            TIME + 1,
            TIME + SECOND // 2,
            TIME,
        ]

    @ORDERS
    def test_offset(self, order):
        """Seconds and nanoseconds may be added to all times."""
        offsets = option(14, pack(order + "q", NOON), order) + option(
            19, pack(order + "i", -1), order
        )
        idb = interface(options=offsets, order=order)
        file = section(order) + idb + enhanced(b"", 5, order=order)
        assert read(file)[0][0].time == TIME + 5000 - 1

    @pytest.mark.parametrize("resolution", [0, 6, 9, 127, 0x80, 0x80 + 40, 0xFF])
    @pytest.mark.parametrize("offset", [-(2**63), -1, 0, 2**63 - 1])
    def test_impossible(self, resolution, offset):
        """Times beyond all sense are taken for the first or the last that can be told."""
        idb = interface(options=option(9, bytes([resolution])) + option(14, pack("<q", offset)))
        file = section() + idb + enhanced(b"", 2**64 - 1) + enhanced(b"", 0)
        assert all(0 <= packet.time < 2**62 for packet in read(file)[0])

    def test_wrong_option(self):
        """An option of a wrong size is named, and does not count."""
        file = section() + interface(options=option(9, b"12")) + enhanced(b"", 5)
        packets, problems = read(file)
        assert packets[0].time == 5000
        assert problems == ["block of type 0x1 at byte 28: option 9 has 2 bytes, expected 1"]

    def test_broken_options(self):
        """Options that cannot be read to their end count as far as they can be."""
        options = option(9, b"\x09") + pack("<HH", 14, 500)
        packets, problems = read(section() + interface(options=options) + enhanced(b"", 5))
        assert packets[0].time == 5
        assert problems == ["block of type 0x1 at byte 28: option 14 claims 500 bytes, 0 are left"]


class TestComments:
    """What options say of packets."""

    def test_kept(self):
        """Comments are kept with the number of their packet, several and in any language."""
        both = (
            option(1, "prüfen".encode())
            + option(2, bytes(4))
            + option(1, b"PID=4")
            + option(0, b"")
        )
        file = BEGIN + enhanced(b"1") + enhanced(b"2", options=both) + enhanced(b"3")
        assert comments(file) == {2: ("prüfen", "PID=4")}

    def test_of_obsolete_packets(self):
        """So are those of the old type."""
        assert comments(BEGIN + obsolete(b"abc", 1, options=option(1, b"c"))) == {1: ("c",)}

    def test_not_text(self):
        """What is no UTF-8 is replaced, and a NUL ends a comment."""
        file = BEGIN + enhanced(b"1", options=option(1, b"\xff!\0rest"))
        assert comments(file) == {1: ("\ufffd!",)}

    @ORDERS
    def test_process(self, order):
        """The option for processes reads like the comment of captures made on Windows."""
        raw = (
            option(8, pack(order + "2I", 4711, 5), order),
            option(8, pack(order + "2I", 4, 0), order),
        )
        unknown = option(8, bytes(8), order)
        blocks = [enhanced(b"", options=part, order=order) for part in (*raw, unknown)]
        file = section(order) + interface(order=order) + b"".join(blocks)
        assert comments(file) == {1: ("PID=4711 TID=5",), 2: ("PID=4",)}

    @ORDERS
    def test_processes_of_macos(self, order):
        """Apple's captures name each process once, and packets by its number."""

        def process(pid, name):
            return block(0x80000001, pack(order + "I", pid) + option(2, name, order), order)

        one, two = (pack(order + "I", number) for number in (0, 1))
        whole = option(0x8001, one, order) + option(0x8003, two, order)
        file = (
            section(order)
            + interface(order=order)
            + process(57, b"nsurlsessiond")
            + enhanced(b"", options=whole, order=order)
            + process(99, b"Notes")
            + enhanced(b"", options=whole, order=order)
            + block(0x80000001, b"", order)
        )
        named = ("PID=57 nsurlsessiond", "for PID=99 Notes")
        assert comments(file)[2] == named
        assert comments(file, window=100)[2] == named

    def test_unknown_process_of_macos(self):
        """A process that was not named is none."""
        file = BEGIN + enhanced(b"", options=option(0x8001, bytes(4)) + option(1, b"c"))
        assert comments(file) == {1: ("c",)}

    def test_long(self):
        """A comment may be long."""
        file = BEGIN + enhanced(b"", options=option(1, b"long" * 1000))
        assert comments(file) == {1: ("long" * 1000,)}

    def test_many_different(self):
        """However many different comments there are, each packet has its own."""
        texts = [b"%d" % index for index in range(5000)]
        file = BEGIN + b"".join(enhanced(b"", options=option(1, text)) for text in texts)
        assert comments(file) == {frame: (text.decode(),) for frame, text in enumerate(texts, 1)}

    def test_wrong_options(self):
        """An option that is longer than its block ends the options of its packet, not the packet."""
        wrong = option(1, b"first") + pack("<HH", 1, 500) + b"cut "
        file = BEGIN + enhanced(b"1", options=wrong) + enhanced(b"2")
        found, problems = batches(file)
        assert [packet.data for packet in found[0][0]] == [b"1", b"2"]
        assert found[0][1] == {1: ("first",)}
        assert problems == ["packet 1: option 1 claims 500 bytes, 4 are left"]


class TestSecrets:
    """Secrets within the capture."""

    @ORDERS
    def test_key_log(self, order):
        """Key logs come with the packets of their window; other secrets are none."""
        text = b"CLIENT_RANDOM 00 11\n"
        both = secrets(text, order=order) + secrets(b"ssh", kind=0x5353484B, order=order)
        file = section(order) + interface(order=order) + both + enhanced(b"x", order=order)
        ((packets, _, found),), problems = batches(file)
        assert [packet.data for packet in packets] == [b"x"]
        assert found == (text,)
        assert not problems

    def test_without_packets(self):
        """They come even where no packet does."""
        assert batches(section() + secrets(b"CLIENT"))[0] == [([], {}, (b"CLIENT",))]

    def test_cut(self):
        """What is there of secrets that claim more is kept, and the claim is named."""
        found, problems = batches(section() + secrets(b"CLIENT_R", size=2**31))
        assert found[0][2] == (b"CLIENT_R",)
        assert problems == ["block of type 0xa at byte 28: claims 2147483648 bytes of secrets"]
        assert batches(section() + block(10, b"1234"))[1] == [
            "block of type 0xa at byte 28: too short to hold secrets"
        ]

    def test_larger_than_a_window(self):
        """They may be larger than what is in memory otherwise."""
        text = b"CLIENT_RANDOM 00 11\n" * 5000
        found, problems = batches(
            BEGIN + enhanced(b"1") + secrets(text) + enhanced(b"2"), window=1024
        )
        assert [secret for *_, secret in found if secret] == [(text,)]
        assert [packet.data for part, *_ in found for packet in part] == [b"1", b"2"]
        assert not problems


class TestDamage:
    """Files of which a part is wrong."""

    def test_lengths_that_differ(self):
        """The length before a block counts, if that behind it is another."""
        wrong = block(6, pack("<5I", 0, 0, 7, 1, 1) + b"y", trailer=99)
        packets, problems = read(BEGIN + wrong + enhanced(b"x"))
        assert [packet.data for packet in packets] == [b"y", b"x"]
        assert problems == [
            (
                "block of type 0x6 at byte 48 has 36 bytes by its beginning, 99 by its end: "
                "the first was believed"
            )
        ]

    def test_odd_length(self):
        """A length that leaves out the padding is understood."""
        odd = block(6, pack("<5I", 0, 0, 7, 1, 1) + b"y", length=33)
        packets, problems = read(BEGIN + odd + enhanced(b"x"))
        assert [packet.data for packet in packets] == [b"y", b"x"]
        assert problems == ["block of type 0x6 at byte 48 has 33 bytes, which is no multiple of 4"]

    def test_packet_larger_than_its_block(self):
        """Such a packet is named and empty, and the others are read."""
        packets, problems = read(BEGIN + enhanced(b"abcd", size=5000) + enhanced(b"x"))
        assert [(packet.link, packet.data) for packet in packets] == [(NO_LINK, b""), (1, b"x")]
        assert problems == ["packet 1 at byte 48 claims 5000 bytes, 4 are there"]

    @pytest.mark.parametrize("kind", [2, 3, 6])
    def test_block_without_room(self, kind):
        """So is one whose block ends within its header, even at the end of the file."""
        packets, problems = read(BEGIN + enhanced(b"x") + block(kind, b""))
        assert [packet.data for packet in packets] == [b"x", b""]
        assert problems == ["packet 2 at byte 84 has no room for its header"]

    def test_short_interface(self):
        """An interface that is not described does not count."""
        packets, problems = read(section() + block(1, b"1234") + interface(101) + enhanced(b"x"))
        assert [packet.link for packet in packets] == [101]
        assert len(problems) == 1

    @pytest.mark.parametrize("length", [0, 8, 2**25, 0xFFFFFFFF])
    def test_impossible_length(self, length):
        """Behind a block that cannot be, the next are found; a packet keeps its number."""
        wrong = pack("<II", 6, length) + b"w" * 80
        packets, problems = read(BEGIN + enhanced(b"1") + wrong + enhanced(b"3") + enhanced(b"4"))
        assert [(packet.frame, packet.data) for packet in packets] == [
            (1, b"1"),
            (3, b"3"),
            (4, b"4"),
        ]
        assert problems == [
            (
                f"block of type 0x6 at byte 84 claims {length} bytes: 88 bytes were skipped to what "
                "looks like the next"
            )
        ]

    def test_section_in_the_other_byte_order(self):
        """A damaged file may go on with a section in either byte order."""
        other = section(">") + interface(113, order=">") + enhanced(b"x", order=">")
        packets, _ = read(BEGIN + b"\xff" * 40 + other)
        assert [packet.link for packet in packets] == [113]

    def test_section_without_its_magic(self):
        """A section whose byte order cannot be told is damage; what follows may still be read."""
        wrong = bytearray(section())
        wrong[8] = 0
        packets, problems = read(BEGIN + enhanced(b"1") + bytes(wrong) + enhanced(b"2"))
        assert [packet.data for packet in packets] == [b"1", b"2"]
        assert problems[0].startswith("block of type 0xa0d0d0a at byte 84 claims 28 bytes: 28")

    def test_large_block(self):
        """A block too large to be kept is left out, if it ends as it says."""
        large = block(0x40000BAD, bytes(MAX_BLOCK))
        packets, problems = read(BEGIN + enhanced(b"1") + large + enhanced(b"2"))
        assert [packet.data for packet in packets] == [b"1", b"2"]
        assert len(problems) == 1

    def test_large_block_that_ends_otherwise(self):
        """Otherwise nobody knows where it ends."""
        large = block(0x40000BAD, bytes(MAX_BLOCK), trailer=77)
        packets, problems = read(BEGIN + enhanced(b"1") + large)
        assert [packet.data for packet in packets] == [b"1"]
        assert problems[0].endswith("no other was found behind it: reading ends there")

    def test_damage_everywhere(self):
        """A file with damage throughout is given up, and its problems stay few."""
        packets, problems = read(BEGIN + (enhanced(b"x") + b"\xff" * 20) * 1100)
        assert len(packets) == 1000
        assert len(problems) == 21

    def test_many_problems(self):
        """Many unreadable packets are counted, not told one by one."""
        packets, problems = read(BEGIN + enhanced(b"", number=9) * 500)
        assert len(packets) == 500
        assert problems[20:] == ["480 more of the same file are not listed"]


class TestEnd:
    """Files that end too early."""

    def test_within_a_packet(self):
        """All whole packets are read, and the end is told to the byte."""
        packets, problems = read(BEGIN + enhanced(b"one") + enhanced(b"two")[:-2])
        assert [packet.data for packet in packets] == [b"one"]
        assert problems == ["ends at byte 118, within packet 2: 34 of 36 bytes of it are there"]

    def test_within_another_block(self):
        """The same for a block that is no packet, or not yet known for one."""
        assert read(BEGIN + block(5, b"1234")[:-1])[1] == [
            "ends at byte 63, within a block of type 0x5: 15 of 16 bytes of it are there"
        ]
        assert read(BEGIN + b"12345")[1] == [
            "ends at byte 53, within a block: 5 of 12 bytes of its header are there"
        ]


@st.composite
def files(draw):
    """Captures of several sections and all kinds of blocks, of which some bytes are wrong."""
    order, file = "<", b""
    for _ in range(draw(st.integers(1, 3))):
        order = draw(st.sampled_from("<>"))
        file += section(order) + interface(draw(st.integers(0, 300)), order=order)
        for _ in range(draw(st.integers(0, 30))):
            data = draw(st.binary(max_size=24))
            options = draw(st.sampled_from([b"", b"", option(1, b"comment", order), b"\1\0\1"]))
            number = draw(st.sampled_from([0, 0, 0, 0, 1, 5]))
            kinds = [
                enhanced(data, NOON * 10**6, number, options, order),
                enhanced(data, NOON * 10**6, order=order),
                enhanced(enhanced(data, order=order), NOON * 10**6, order=order),
                simple(data, order),
                obsolete(data, 5, number, options, order),
                interface(1, option(9, data[:1], order), order),
                secrets(data, order=order),
                block(0x80000001, data, order),
                block(5, data, order),
            ]
            weights = [0, 1, 1, 1, 1, 1, 2, *range(9)]
            file += kinds[draw(st.sampled_from(weights))]
    damaged = bytearray(file)
    for _ in range(draw(st.integers(0, 3))):
        damaged[draw(st.integers(12, len(file) - 1))] = draw(st.sampled_from([0, 1, 3, 6, 255]))
    return bytes(damaged) + draw(st.binary(max_size=20))


def by_hand(file):
    """The data of readable packets up to the first damage, in the plainest way."""
    at, order, interfaces, found = 0, "<", 0, []
    while at + 12 <= len(file):
        kind, length = unpack_from(order + "II", file, at)
        if kind == 0x0A0D0D0A:
            order = "<" if file[at + 8] == 0x4D else ">"
            kind, length = unpack_from(order + "II", file, at)
            if unpack_from(order + "I", file, at + 8)[0] != 0x1A2B3C4D:
                break
            interfaces = 0
        size = length + 3 & ~3
        if not 12 <= length <= MAX_BLOCK or at + size > len(file):
            break
        body = file[at + 8 : at + size - 4]
        interfaces += kind == 1 and len(body) >= 8
        if kind in {2, 6} and len(body) >= 20:
            number = unpack_from(order + ("I" if kind == 6 else "H"), body)[0]
            count = unpack_from(order + "I", body, 12)[0]
            known = number < interfaces and 20 + count <= len(body)
            found.append(body[20 : 20 + count] if known else b"")
        elif kind in {2, 3, 6}:
            found.append(None)
        at += size
    return found


@given(files())
def test_as_by_hand(file):
    """Up to the first damage, what is read is what the plainest loop reads."""
    expected = by_hand(file)
    found = [packet.data for packet in read(file)[0]][: len(expected)]
    assert found == [
        here if packet is None else packet for packet, here in zip(expected, found, strict=True)
    ]


@given(files())
def test_lanes_change_nothing(file):
    """Following blocks in lanes gives what following them singly gives."""
    with pytest.MonkeyPatch.context() as patch:
        expected = batches(file)
        patch.setattr(chain, "LANE", 40)
        patch.setattr(chain, "_FEWEST_LANES", 2)
        patch.setattr(chain, "_STEPS", 3)
        assert batches(file) == expected


@given(files(), st.integers(48, 200).map(lambda count: count & ~3))
def test_windows_change_nothing(file, window):
    """Nor does it matter how much of the file is in memory, where nothing is damaged."""
    packets, problems = read(file)
    if not any("skipped" in problem or "reading ends" in problem for problem in problems):
        again, same = read(file, window=window)
        assert again == packets
        assert len(problems) > LISTED or sorted(same) == sorted(problems)


@given(files(), st.lists(st.integers(1, 50)), st.integers(48, 200).map(lambda count: count & ~3))
def test_pieces_change_nothing(file, sizes, window):
    """The same bytes give the same batches however they arrive."""
    assert batches(file, sizes, window) == batches(file, window=window)


def test_many_packets():
    """A file of many windows is read in lanes, among them packets that hold captures themselves."""
    inner = BEGIN + enhanced(b"inner") * 20
    parts = [
        bytes([index % 251 + 1]) * (index % 90 + 1) if index % 10 else inner
        for index in range(30000)
    ]
    packets, problems = read(BEGIN + b"".join(map(enhanced, parts)), window=2**21)
    assert [packet.data for packet in packets] == parts
    assert [packet.frame for packet in packets] == list(range(1, len(parts) + 1))
    assert not problems
