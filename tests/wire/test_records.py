"""The record cutter: records however the bytes come, and where it gives up."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tlsprobe.wire.records import (
    CONTENT_TYPES,
    HEADER,
    KEPT_OF_GARBAGE,
    MAX_FRAGMENT,
    RecordCutter,
)


def cut(data, sizes=()):
    """(records, garbage, pending) of bytes that come in pieces of these sizes, again and again."""
    cutter, found, place = RecordCutter(), [], 0
    turn = 0
    while place < len(data):
        size = sizes[turn % len(sizes)] if sizes else len(data)
        found += cutter.feed(data[place : place + size])
        place, turn = place + size, turn + 1
    return found, cutter.garbage, cutter.pending


def record(kind, body, version=0x0303):
    """A record as written."""
    return bytes([kind]) + version.to_bytes(2) + len(body).to_bytes(2) + body


def test_whole_records():
    """Type, version, fragment and header are as they stand, empty fragments too."""
    stream = record(22, b"hello", 0x0301) + record(23, b"") + record(21, b"\x02\x28")
    found, garbage, pending = cut(stream)
    assert [(one.content_type, one.version, one.fragment) for one in found] == [
        (22, 0x0301, b"hello"), (23, 0x0303, b""), (21, 0x0303, b"\x02\x28"),
    ]  # fmt: skip
    assert [one.header + one.fragment for one in found] == [
        record(22, b"hello", 0x0301), record(23, b""), record(21, b"\x02\x28"),
    ]  # fmt: skip
    assert (garbage, pending) == (None, 0)


def test_what_waits():
    """A record that is not complete waits, and is counted."""
    whole = record(22, b"hello")
    for length in range(1, len(whole)):
        found, garbage, pending = cut(whole[:length])
        assert (found, garbage, pending) == ([], None, length)


@pytest.mark.parametrize(
    "head",
    [
        pytest.param(b"HTTP/1.1 400", id="HTTP"),
        pytest.param(b"\x16\x02\x00\x00\x00", id="version"),
        pytest.param(b"\x00\x03\x03\x00\x00", id="type"),
        pytest.param(b"\x19\x03\x03\x00\x00", id="unknown type"),
        pytest.param(b"\x16\x03\x03" + (MAX_FRAGMENT + 1).to_bytes(2), id="length"),
    ],
)
def test_garbage(head):
    """A stream that leaves TLS is kept from there on, a little of it, and never cut again."""
    rest = record(22, b"later") * 300
    found, garbage, pending = cut(record(22, b"first") + head + rest)
    assert [one.fragment for one in found] == [b"first"]
    assert garbage == (head + rest)[:KEPT_OF_GARBAGE]
    assert pending == 0


def test_the_longest_record():
    """A record of the greatest length that TLS 1.2 allows is one."""
    (found,), garbage, _ = cut(record(23, bytes(MAX_FRAGMENT)))
    assert (len(found.fragment), garbage) == (MAX_FRAGMENT, None)


def test_three_bytes_are_garbage_at_once():
    """An answer shorter than a header is not mistaken for silence."""
    assert cut(b"no\n") == ([], b"no\n", 0)


fragments = st.tuples(st.sampled_from(sorted(CONTENT_TYPES)), st.binary(max_size=50))
streams = st.builds(
    lambda pieces, tail: b"".join(record(*one) for one in pieces) + tail,
    st.lists(fragments, max_size=6),
    st.one_of(st.binary(max_size=20), st.just(b"HTTP/1.1 200 OK\r\n\r\n")),
)


@given(streams, st.lists(st.integers(1, 30), min_size=1, max_size=5))
@example(stream=b"\x16\x03", sizes=[1])
@example(stream=record(22, b"x") + b"\x16\x04garbage", sizes=[HEADER])
def test_chunking_does_not_matter(stream, sizes):
    """However the bytes are cut up, the records, the garbage and what waits are the same."""
    assert cut(stream, sizes) == cut(stream)


@given(streams)
def test_nothing_is_lost(stream):
    """Records, garbage and what waits are, in this order, the bytes that came."""
    found, garbage, pending = cut(stream)
    read = b"".join(one.header + one.fragment for one in found)
    assert stream.startswith(read)
    if garbage is None:
        assert len(read) + pending == len(stream)
    else:
        assert stream[len(read) :][:KEPT_OF_GARBAGE] == garbage
