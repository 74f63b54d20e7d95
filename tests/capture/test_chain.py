"""What `tlsprobe.capture.chain` finds."""

from struct import pack

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.capture.writing import Pieces
from tlsprobe.capture import chain
from tlsprobe.capture.chain import Chain, Framing
from tlsprobe.capture.problems import Problems
from tlsprobe.capture.source import Stored
from tlsprobe.capture.window import Window

LEAVES_OUT = Framing(order="<", where=8, header=16, uncounted=16, smallest=0, largest=300)
COUNTS_ALL = Framing(
    order=">", where=4, header=12, uncounted=0, smallest=12, largest=300, padding=4
)


def record(framing, data):
    """A record with these bytes behind its header."""
    size = framing.header + len(data) - framing.uncounted
    head = bytes(framing.where) + pack(framing.order + "I", size)
    padding = -size % framing.padding
    return head.ljust(framing.header, b"\0") + data + bytes(padding)


def by_hand(framing, file):
    """Where the records begin, in the plainest way, and where that ends."""
    at, found = 0, []
    while at + framing.header <= len(file):
        field = file[at + framing.where : at + framing.where + 4]
        size = int.from_bytes(field, "little" if framing.order == "<" else "big")
        after = at + size + -size % framing.padding + framing.uncounted
        if not framing.smallest <= size <= framing.largest or after > len(file):
            break
        found.append(at)
        at = after
    return found, at


@pytest.mark.parametrize("framing", [LEAVES_OUT, COUNTS_ALL])
@given(
    st.lists(st.binary(max_size=60), max_size=80),
    st.binary(max_size=40),
    st.lists(st.integers(0, 90)),
    st.lists(st.tuples(st.integers(0, 3000), st.integers(0, 255)), max_size=3),
)
def test_whatever_is_guessed(framing, parts, rest, guesses, damage):
    """The records are those that the plainest loop finds, however wrong the guesses are."""
    file = bytearray(b"".join(record(framing, part) for part in parts) + rest)
    for at, value in damage:
        file[at % len(file) if file else 0 : at % len(file) + 1 if file else 0] = bytes([value])
    expected, end = by_hand(framing, bytes(file))
    choices = iter(guesses)

    def guess(known, low, high):
        nearest = min((at for at in expected if low <= at < high), default=-1)
        offset = next(choices, 0)
        return nearest if offset >= high - low else low + offset

    window = Window(Stored(Pieces(bytes(file)), Problems()), 2**14)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(chain, "LANE", 64)
        patch.setattr(chain, "_FEWEST_LANES", 3)
        patch.setattr(chain, "_STEPS", 2)
        positions, stop = Chain(window, framing, guess).follow(0, window.end)
    assert positions.tolist() == expected
    assert stop == end


def test_until():
    """Records that begin before the given place are found, and no others."""
    file = record(LEAVES_OUT, b"x" * 4) * 10
    window = Window(Stored(Pieces(file), Problems()), 2**14)
    records = Chain(window, LEAVES_OUT, lambda *_: -1)
    assert records.follow(20, 41)[0].tolist() == [20, 40]
    assert records.follow(20, 40)[0].tolist() == [20]
    assert records.follow(40, 40)[0].tolist() == []
