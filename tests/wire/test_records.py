"""The record cutter: records however the bytes come, and where it gives up."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tlsprobe.wire.records import (
    CONTENT_TYPES,
    HEADER,
    KEPT_OF_GARBAGE,
    MAX_FRAGMENT,
    OLD_HELLO,
    RecordCutter,
)


def cut(data, sizes=(), **side):
    """(records, garbage, pending) of bytes that come in pieces of these sizes, again and again."""
    cutter, found, place = RecordCutter(**side), [], 0
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


def test_what_came_of_a_torn_record():
    """Type and first bytes of a record that never gets whole; nothing before its header is there."""
    whole = record(22, b"hello")
    for length in range(len(whole)):
        cutter = RecordCutter()
        assert list(cutter.feed(record(21, b"\x01\x70") + whole[:length])) != []
        kind, came = cutter.torn
        assert came == whole[HEADER:length]
        assert kind == 22 or not came


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


OLD = b"\x80\x1c\x01\x03\x01\0\x03\0\0\0\x10\0\0\x35" + bytes(range(16))


@pytest.mark.parametrize("sizes", [(), [1], [2, 3], [7, 40]])
def test_a_hello_in_the_format_of_ssl_2(sizes):
    """It counts as the first thing that a client sends; ordinary records follow it."""
    stream = OLD + record(22, b"next")
    found, garbage, pending = cut(stream, sizes, client=True)
    assert [(one.content_type, one.version, one.fragment) for one in found] == [
        (OLD_HELLO, 0x0301, OLD[2:]), (22, 0x0303, b"next"),
    ]  # fmt: skip
    assert found[0].header == OLD[:2]
    assert (garbage, pending) == (None, 0)
    for length in range(1, len(OLD)):
        assert cut(OLD[:length], sizes, client=True) == ([], None, length)


@pytest.mark.parametrize(
    "stream",
    [
        pytest.param(b"\x80\x0b" + OLD[2:], id="too short for a hello"),
        pytest.param(b"\x80\x1c\x04" + OLD[3:], id="another message"),
        pytest.param(b"\x80\x1c\x01\x00\x02" + OLD[5:], id="offers SSL 2.0 alone"),
        pytest.param(b"\xc0" + OLD[1:], id="first byte"),
        pytest.param(OLD + OLD, id="twice"),
        pytest.param(record(22, b"first") + OLD, id="later"),
    ],
)
def test_no_hello_in_the_format_of_ssl_2(stream):
    """What only looks like one, or stands in its wrong place, is garbage, however the bytes come."""
    found, garbage, _ = cut(stream, client=True)
    assert stream.endswith(garbage)
    assert cut(stream, [1], client=True) == (found, garbage, 0)
    assert cut(OLD)[1] == OLD  # a server sends none


fragments = st.tuples(st.sampled_from(sorted(CONTENT_TYPES)), st.binary(max_size=50))
streams = st.builds(
    lambda pieces, tail: b"".join(record(*one) for one in pieces) + tail,
    st.lists(fragments, max_size=6),
    st.one_of(st.binary(max_size=20), st.just(b"HTTP/1.1 200 OK\r\n\r\n")),
)


@given(
    st.one_of(streams, streams.map(lambda stream: OLD + stream), st.binary(max_size=40)),
    st.lists(st.integers(1, 30), min_size=1, max_size=5),
    st.booleans(),
)
@example(stream=b"\x16\x03", sizes=[1], client=False)
@example(stream=record(22, b"x") + b"\x16\x04garbage", sizes=[HEADER], client=False)
def test_chunking_does_not_matter(stream, sizes, client):
    """However the bytes are cut up, the records, the garbage and what waits are the same."""
    assert cut(stream, sizes, client=client) == cut(stream, client=client)


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
