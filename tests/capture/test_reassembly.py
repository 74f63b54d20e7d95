from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from tlsprobe.capture.reassembly import MAX_PIECES, MAX_WAITING, Half


def anchored(seq=0):
    """A direction that begins at `seq`."""
    half = Half()
    half.begin_at(seq)
    return half


@st.composite
def deliveries(draw):
    """(data, first sequence number, pieces that cover the data, in any order, some twice)."""
    data = draw(st.binary(min_size=1, max_size=200))
    cuts = sorted(draw(st.sets(st.integers(0, len(data)), max_size=8)) | {0, len(data)})
    pieces = [(a, data[a:b]) for a, b in pairwise(cuts)]
    spans = st.tuples(st.integers(0, len(data)), st.integers(0, len(data)))
    for a, b in draw(st.lists(spans, max_size=6)):
        if a < b:
            pieces.append((a, data[a:b]))
    return data, draw(st.integers(0, 2**32 - 1)), draw(st.permutations(pieces))


@given(deliveries())
def test_any_order_gives_the_same_bytes(delivery):
    """Whatever the order, the doubles and the overlaps, the bytes come out as they were sent."""
    data, first, pieces = delivery
    half = anchored(first)
    for at, piece in pieces:
        half.push((first + at) % 2**32, piece)
    assert bytes(half.held) == data
    assert not half.waiting
    assert half.differing == 0


@given(st.lists(st.tuples(st.integers(0, 2**32 - 1), st.binary(min_size=1, max_size=50))))
def test_hostile_segments_are_bounded(pushes):
    """Segments from anywhere raise nothing, and never make the held bytes inconsistent."""
    half = anchored(7)
    total = 0
    for seq, piece in pushes:
        before = len(half.held)
        more = half.push(seq, piece)
        assert more == (len(half.held) > before)
        total += len(piece)
    assert len(half.held) <= total


def test_the_first_bytes_of_a_place_count():
    """A retransmission that differs changes nothing, and its differing bytes are counted."""
    half = anchored()
    half.push(0, b"abcdef")
    half.push(2, b"CDEFgh")
    assert bytes(half.held) == b"abcdefgh"
    assert half.differing == 4


def test_the_first_bytes_count_behind_a_hole_too():
    """Of two pieces that wait for the same place, the one that came first is kept."""
    half = anchored()
    half.push(4, b"EFGH")
    half.push(2, b"cdefghij")
    half.push(0, b"ab")
    assert bytes(half.held) == b"abcdEFGHij"
    assert half.differing == 4


def test_sequence_numbers_wrap():
    """A connection whose numbers pass 2^32 goes on."""
    half = anchored(2**32 - 3)
    half.push(2**32 - 3, b"abc")
    half.push(0, b"def")
    assert bytes(half.held) == b"abcdef"


def test_a_keep_alive_is_no_contradiction():
    """A keep-alive's byte of no meaning is not taken for a change of what was sent."""
    half = anchored()
    half.push(0, b"abc")
    half.push(2, b"\0")
    assert half.differing == 0


def test_a_hole_has_a_size():
    """What waits behind a hole says how much is missing."""
    half = anchored()
    half.push(0, b"ab")
    half.push(10, b"cd")
    assert half.waiting
    assert half.hole() == 8
    assert not half.acknowledged
    half.acknowledge(10)
    assert half.acknowledged


def test_too_much_behind_a_hole_is_named():
    """More bytes, or more pieces, than anybody should wait with make it overfull."""
    many, much = anchored(), anchored()
    for at in range(MAX_PIECES + 1):
        many.push(10 + 2 * at, b"x")
    much.push(10, bytes(MAX_WAITING + 1))
    assert many.overfull
    assert much.overfull
