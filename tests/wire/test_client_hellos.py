"""The ClientHellos of a connection, as bytes."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from tlsprobe.hello import templates
from tlsprobe.wire.client_hellos import client_hellos, decoded
from tlsprobe.wire.messages import ClientHello

HELLO = templates.load("openssl").stamp(server_name="example.org", entropy=bytes).message
OTHER = templates.load("tls12").stamp(server_name="example.org", entropy=bytes).message
CHANGE_CIPHER_SPEC = bytes.fromhex("14 0303 0001 01")
SEALED = bytes.fromhex("17 0303 0003 aabbcc")
KEY_EXCHANGE = bytes.fromhex("16 0303 0006 10000002 abcd")


def record(fragment):
    """A handshake record."""
    return b"\x16\x03\x01" + len(fragment).to_bytes(2) + fragment


def test_one():
    """A hello is told with its header, and what follows is not."""
    for following in (b"", SEALED, KEY_EXCHANGE, CHANGE_CIPHER_SPEC + SEALED, b"\x16\x03", b"x"):
        assert client_hellos(record(HELLO) + following) == (HELLO,)


def test_two_after_a_retry():
    """A second hello counts, with the courtesy before it or without."""
    for between in (b"", CHANGE_CIPHER_SPEC):
        stream = record(HELLO) + between + record(OTHER) + SEALED
        assert client_hellos(stream) == (HELLO, OTHER)
    assert client_hellos(record(HELLO) * 3) == (HELLO, HELLO)


@given(st.lists(st.integers(1, len(HELLO) - 1)))
def test_records_do_not_show(cuts):
    """However a hello is cut into records, it is the same message."""
    places = sorted({0, *cuts, len(HELLO)})
    pieces = [HELLO[begin:end] for begin, end in pairwise(places)]
    assert client_hellos(b"".join(map(record, pieces))) == (HELLO,)


@given(st.binary() | st.integers(0, len(HELLO)).map(lambda size: record(HELLO[:size])))
def test_total(stream):
    """Whatever the bytes, nothing is raised, and what is told is a hello that stands in them."""
    for message in client_hellos(stream):
        assert isinstance(decoded(message), ClientHello)
        assert message in stream


@given(st.binary(max_size=60))
def test_what_is_no_hello(message):
    """Only a whole ClientHello is read."""
    assert decoded(message) is None or message[0] == 1
    assert decoded(HELLO + b"x") is None
    assert decoded(HELLO[:-1]) is None
