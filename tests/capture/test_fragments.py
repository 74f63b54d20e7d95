"""Fragments: the datagram whatever their order, and bounds whatever they are."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.capture.carried import (
    HELLO,
    PLAIN,
    SEGMENT,
    SEGMENT6,
    expected,
    fragments4,
    fragments6,
    frame,
    outer,
    segments,
    tcp,
    udp,
)
from tests.capture.encapsulations import FRAME
from tlsprobe.capture.fragments import (
    DOUBLES_WITHIN,
    FINISHED_KEPT,
    MAX_SIZE,
    TIMEOUT,
    Datagram,
    Fragment,
    Fragments,
)
from tlsprobe.capture.packets import Dissector

LONG = bytes(range(256)) * 8
FAMILIES = pytest.mark.parametrize(
    ("cut", "segment"), [(fragments4, SEGMENT), (fragments6, SEGMENT6)], ids=["IPv4", "IPv6"]
)


def part(data, offset, *, more=True, key=b"key", size=None, protocol=6, ttl=64):
    """A fragment that holds `data`, and says that it held `size` bytes."""
    return Fragment(
        key=key,
        offset=offset,
        more=more,
        size=len(data) if size is None else size,
        data=data,
        protocol=protocol,
        ttl=ttl,
    )


def parts(data, size, key=b"key"):
    """The fragments of a datagram."""
    return [
        part(data[at : at + size], at, more=at + size < len(data), key=key)
        for at in range(0, len(data), size)
    ]


def added(given_parts, fragments=None, frame=1):
    """What comes out of fragments when they come one after the other, a millisecond apart."""
    fragments = Fragments() if fragments is None else fragments
    found = [
        fragments.add(one, frame=number, time=number * 1_000_000)
        for number, one in enumerate(given_parts, frame)
    ]
    return [one for one in found if one is not None]


@given(
    data=st.binary(min_size=9, max_size=400),
    units=st.integers(1, 12),
    doubled=st.lists(st.integers(0, 60), max_size=10),
    random=st.randoms(use_true_random=False),
)
def test_any_order(data, units, doubled, random):
    """Any order of the fragments, with any of them twice, gives the datagram exactly once."""
    whole = parts(data, units * 8)
    sent = whole + [whole[index % len(whole)] for index in doubled]
    random.shuffle(sent)
    fragments = Fragments()
    assert added(sent, fragments) == [Datagram(data, len(data), 6, 64)]
    assert (len(fragments), fragments.cost) == (0, 0)


@given(
    st.lists(st.tuples(st.integers(0, 12), st.integers(1, 6), st.binary(min_size=48, max_size=48))),
    st.binary(min_size=128, max_size=128),
)
def test_first_byte_wins(early, rest):
    """Where fragments overlap, each byte of the datagram is the one that came first."""
    sent = [part(noise[: units * 8], at * 8) for at, units, noise in early if at + units <= 15]
    sent += parts(rest, 64)
    wanted = {}
    for one in sent:
        for place, value in enumerate(one.data, one.offset):
            wanted.setdefault(place, value)
    (datagram,) = added(sent)
    assert datagram.data == bytes(wanted[place] for place in range(128))


PARTS = st.builds(
    part,
    st.binary(max_size=200),
    st.integers(0, 8191).map(lambda units: units * 8) | st.integers(0, 40).map(lambda one: one * 8),
    more=st.booleans(),
    key=st.sampled_from([b"a", b"b", b"c", b"d", b"e"]),
    size=st.none() | st.integers(0, 65535),
    ttl=st.integers(0, 255),
)


@given(
    st.lists(st.tuples(PARTS, st.integers(0, 1 << 40), st.integers(0, 5_000))),
)
def test_hostile_fragments(sent):
    """Whatever comes, nothing raises, and what is held stays within its bounds."""
    fragments = Fragments(max_datagrams=3, max_bytes=4_000)
    for one, time, number in sent:
        datagram = fragments.add(one, frame=number, time=time)
        assert datagram is None or len(datagram.data) <= datagram.size <= MAX_SIZE
        assert len(fragments) <= 3
        assert 0 <= fragments.cost <= 4_000
        assert (fragments.cost == 0) == (len(fragments) == 0)


def test_the_oldest_is_given_up():
    """When there are too many datagrams, those that came first are given up."""
    fragments = Fragments(max_datagrams=2)
    first, second, third = (parts(LONG, 1024, key) for key in (b"1", b"2", b"3"))
    assert added([first[0], second[0], third[0]], fragments) == []
    assert added([second[1], third[1]], fragments, 4) != []
    assert added([first[1]], fragments, 6) == []


def test_datagrams_that_lack_too_long():
    """What comes after half a minute belongs to another datagram of that number."""
    fragments = Fragments()
    first, second = parts(LONG, 1024)
    for late in (TIMEOUT + 1, -TIMEOUT - 1):
        assert fragments.add(first, frame=1, time=1 << 60) is None
        assert fragments.add(second, frame=2, time=(1 << 60) + late) is None
        assert len(fragments) == 1
        fragments = Fragments()


def test_old_datagrams_are_forgotten():
    """A datagram that nobody completes does not stay until the end of the file."""
    fragments = Fragments()
    for number in range(100):
        fragments.add(part(LONG, 0, key=bytes((number,))), frame=1, time=number)
    fragments.add(part(LONG, 0, key=b"late"), frame=2, time=TIMEOUT + 100)
    assert len(fragments) == 1


def test_doubles_of_what_is_whole():
    """A mirrored capture's second fragments spoil no later datagram of the same number."""
    first, second = parts(LONG, 1024)
    fragments = Fragments()
    assert len(added([first, first, second, second], fragments)) == 1
    assert (len(fragments), fragments.cost) == (0, 0)
    other = parts(LONG[::-1], 1024)
    assert [one.data for one in added(other, fragments, 5)] == [LONG[::-1]]


def test_the_same_again_later():
    """After a while, and after many others, the same fragments are a datagram again."""
    fragments = Fragments()
    whole = parts(LONG, 1024)
    assert len(added(whole, fragments)) == 1
    assert len(added(whole, fragments, DOUBLES_WITHIN + 3)) == 1
    for number in range(FINISHED_KEPT):
        added(parts(LONG, 1024, bytes((number,))), fragments, DOUBLES_WITHIN + 10)
    assert len(added(whole, fragments, DOUBLES_WITHIN + 20)) == 1


@pytest.mark.parametrize(
    "sent",
    [
        [part(LONG[:1020], 0)],  # only the last may be of any size
        [part(LONG, 64_000)],  # beyond what a datagram can be
        [part(LONG[1024:], 1024, more=False), part(LONG, 0, size=2056)],
        [part(LONG[1024:], 1024, more=False), part(LONG[:512], 0, more=False), part(b"", 2048)],
        [part(LONG[:1024], 1024), part(LONG[:1024], 0, more=False)],
    ],
)
def test_fragments_that_disagree(sent):
    """A fragment that no datagram could have, or that ends elsewhere than another, is passed over."""
    assert added(sent) == []


def test_the_largest():
    """A datagram may fill its length field, and not a byte more."""
    data = Random(1).randbytes(MAX_SIZE)
    assert [one.data for one in added(parts(data, 1480))] == [data]
    assert added(parts(data + b"!", 1480)) == []


def test_fragments_that_were_cut():
    """Of captured parts of fragments the datagram has what comes before the first gap."""
    sent = [part(LONG[:100], 0, size=1024), part(LONG[1024:], 1024, more=False)]
    for order in (sent, sent[::-1]):
        assert added(order) == [Datagram(LONG[:100], 2048, 6, 64)]


def test_the_first_fragment_speaks():
    """Protocol and TTL are those of the fragment that begins the datagram."""
    sent = [
        part(LONG[1024:], 1024, more=False, protocol=59, ttl=1),
        part(LONG[:1024], 0, protocol=6, ttl=9),
    ]
    assert added(sent) == [Datagram(LONG, 2048, 6, 9)]


@FAMILIES
@pytest.mark.parametrize("size", [8, 16, 24])
def test_fragmented_segments(cut, segment, size):
    """A segment in fragments is found with the last of them, in order and in reverse."""
    whole = cut(tcp(), size)
    for order in (whole, whole[::-1]):
        assert segments(101, *order[:-1]) == []
        assert segments(101, *order) == segments(101, *order, *order) == [segment]


def test_the_frame_that_completes():
    """The segment comes out with the packet that brought the last fragment."""
    dissector = Dissector()
    found = [
        len(dissector.segments(101, packet, number, number))
        for number, packet in enumerate(fragments4(tcp(), 8), 1)
    ]
    assert found == [0, 0, 0, 1]


@FAMILIES
def test_datagrams_do_not_mix(cut, segment):
    """Fragments of other numbers and other protocols are of other datagrams."""
    first, second = cut(tcp(), 8), cut(tcp(HELLO[::-1]), 8, number=8)
    mixed = [one for pair in zip(first, second, strict=True) for one in pair]
    assert segments(101, *mixed) == [segment, segment._replace(payload=HELLO[::-1])]
    assert segments(101, first[0], second[1], *first[2:]) == []


def test_fragments_in_frames():
    """The padding of a short last frame is no part of the datagram."""
    packets = [frame(one) + bytes(60) for one in fragments4(tcp(), 24)]
    assert segments(1, *packets) == [SEGMENT]


def test_fragmented_tunnels():
    """A tunnel's own fragments are joined before what it carries is read, and that again."""
    datagram = udp(4789, bytes.fromhex("08000000 00002a00") + FRAME)
    assert segments(101, *fragments4(datagram, 32, 17)) == [SEGMENT]
    inner = [outer(b"\0\0\x08\0" + one, 47) for one in fragments4(tcp(), 16)]
    packets = [piece for one in inner for piece in fragments4(one[20:], 24, 47, number=one[-1])]
    assert segments(101, *packets) == [SEGMENT]
    assert segments(101, PLAIN) == [SEGMENT]


def test_cut_segment_in_fragments():
    """What a capture kept of a segment in fragments says how much it lacks."""
    first, second = fragments4(tcp(HELLO * 4), 40)
    assert segments(101, first[:50], second) == [expected(payload=HELLO, missing=30)]
