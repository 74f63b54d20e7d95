"""What `tlsprobe.capture.window` holds."""

from hypothesis import given
from hypothesis import strategies as st

from tests.capture.writing import Pieces
from tlsprobe.capture.problems import Problems
from tlsprobe.capture.source import Stored
from tlsprobe.capture.window import Window

FILE = bytes(range(256)) * 4


def opened(size, pieces=()):
    """A window of that size on the file."""
    return Window(Stored(Pieces(FILE, pieces), Problems()), size)


@given(
    st.integers(1, 300),
    st.lists(st.integers(1, 50)),
    st.lists(st.tuples(st.booleans(), st.floats(0, 1)), max_size=20),
)
def test_holds_the_file(size, pieces, moves):
    """However it moves, it holds the bytes from `base` on: as many as it can, or the last."""
    window = opened(size, pieces)
    for skips, share in moves:
        if skips:
            before, count = window.base, int(share * 500)
            assert window.skip(count) == min(count, len(FILE) - before)
            assert window.base == min(before + count, len(FILE))
        elif not window.complete:
            window.advance(int(share * window.end))
        assert bytes(window.data[: window.end]) == FILE[window.base :][: len(window.buffer)]
        assert window.complete == (window.end < len(window.buffer))


def test_grows():
    """A window of which nothing can be forgotten becomes larger."""
    window = opened(100)
    window.advance(0)
    assert (window.base, window.end) == (0, 200)
    assert bytes(window.buffer) == FILE[:200]
