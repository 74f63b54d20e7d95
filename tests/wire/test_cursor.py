"""The cursor: what it gives, and that nothing gets past its end."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tlsprobe.errors import DecodeError
from tlsprobe.wire.cursor import Cursor


def test_reads_in_order():
    """Every kind of field is read where the one before it ended."""
    cursor = Cursor(bytes.fromhex("0102 03 aabbcc 0004 00010002 0003 010a0b ff"))
    assert cursor.uint(2, "a") == 0x0102
    assert cursor.opaque(1, "b") == b"\xaa\xbb\xcc"
    assert cursor.uints(2, 2, "c") == (1, 2)
    block = cursor.block(2, "d")
    assert (block.remaining, cursor.remaining) == (3, 1)
    assert block.uint(1, "e") == 1
    assert block.rest() == b"\x0a\x0b"
    block.finish("d")
    assert cursor.take(1, "f") == b"\xff"
    cursor.finish("all")


def test_a_vector():
    """As many values are read as the block holds, none where it is empty."""
    cursor = Cursor(bytes.fromhex("0005 0161 026263 0000"))
    assert cursor.vector(2, "names", lambda one: one.opaque(1, "name")) == (b"a", b"bc")
    assert cursor.vector(2, "names", lambda one: one.opaque(1, "name")) == ()


@pytest.mark.parametrize(
    ("data", "read", "what"),
    [
        ("01", lambda cursor: cursor.uint(2, "the number"), "the number is cut off"),
        ("", lambda cursor: cursor.take(1, "the rest"), "the rest is cut off"),
        ("00", lambda cursor: cursor.opaque(2, "the name"), "length of the name is cut off"),
        ("0002aa", lambda cursor: cursor.opaque(2, "the name"), "the name is cut off"),
        ("02aa", lambda cursor: cursor.block(1, "the list"), "the list is cut off"),
        ("03aabbcc", lambda cursor: cursor.uints(1, 2, "the suites"), "no whole number"),
        ("aa", lambda cursor: cursor.finish("the message"), "the message has 1 trailing bytes"),
        ("01aa", lambda cursor: cursor.vector(1, "the list", lambda _: 0), "an entry of no bytes"),
    ],
)
def test_errors_name_the_field(data, read, what):
    """What is wrong is told with the field's name and the byte where it stands."""
    with pytest.raises(DecodeError) as caught:
        read(Cursor(bytes.fromhex(data)))
    assert what in caught.value.what
    assert 0 <= caught.value.at <= len(data) // 2
    assert f"(at byte {caught.value.at})" in str(caught.value)


def test_a_block_ends_where_it_says():
    """A field that runs out of its block does not go on with what follows the block."""
    cursor = Cursor(bytes.fromhex("0201ff aabb"))
    block = cursor.block(1, "block")
    with pytest.raises(DecodeError, match="field is cut off"):
        block.take(3, "field")
    assert block.rest() == b"\x01\xff"
    assert cursor.rest() == b"\xaa\xbb"


def attempt(read, *arguments):
    """(value, None) of a read, or (None, error)."""
    try:
        return read(*arguments), None
    except DecodeError as error:
        return None, error


READS = {
    "uint": lambda cursor, size, prefix: cursor.uint(prefix, "field"),
    "take": lambda cursor, size, prefix: cursor.take(size, "field"),
    "opaque": lambda cursor, size, prefix: cursor.opaque(prefix, "field"),
    "uints": lambda cursor, size, prefix: cursor.uints(prefix, 2, "field"),
    "block": lambda cursor, size, prefix: cursor.block(prefix, "field").rest(),
    "vector": lambda cursor, size, prefix: cursor.vector(
        prefix, "field", lambda one: one.opaque(1, "inner")
    ),
}
reads = st.lists(
    st.tuples(st.sampled_from(sorted(READS)), st.integers(0, 40), st.integers(1, 3)), max_size=10
)


@given(st.binary(max_size=60), st.integers(0, 60), st.integers(0, 60), reads)
def test_never_reads_outside(data, one, other, wanted):
    """Whatever is asked of whatever bytes, a cursor stays within its bounds and goes only forward."""
    start, end = sorted((min(one, len(data)), min(other, len(data))))
    cursor = Cursor(data, start, end)
    given_out = []
    for name, size, prefix in wanted:
        before = cursor.position
        value, error = attempt(READS[name], cursor, size, prefix)
        assert start <= before <= cursor.position <= end
        assert cursor.remaining == end - cursor.position
        if error is not None:
            assert "field" in error.what or "inner" in error.what
            assert start <= error.at <= end
        elif isinstance(value, bytes):
            given_out.append(value)
    assert sum(map(len, given_out)) <= cursor.position - start
    rest = cursor.rest()
    assert data[start:end].endswith(rest)
    cursor.finish("all")


@given(st.binary(max_size=60))
def test_all_bytes_are_given_out_once(data):
    """What is taken in pieces and what is left make up the whole."""
    cursor = Cursor(data)
    pieces = []
    while cursor.remaining >= 3:
        pieces.append(cursor.take(3, "piece"))
    assert b"".join(pieces) + cursor.rest() == data
    cursor.finish("all")
