import os

from hypothesis import given
from hypothesis import strategies as st

from tlsprobe.capture.hello_search import find_client_hello, server_begins
from tlsprobe.hello import templates

HELLO = templates.load("openssl").stamp(server_name="www.example.com", entropy=os.urandom).record
SSLV2 = bytes.fromhex("802e0103010015000000100000330000390000160000350000")
SERVER_HELLO = bytes.fromhex("160303003a020000360303")


@given(st.binary(max_size=40).filter(lambda before: b"\x16" not in before))
def test_a_hello_is_found_behind_anything(before):
    """Wherever a ClientHello begins, it is found there, and at once when its head is there."""
    for end in range(len(before) + 11, len(before) + 20):
        assert find_client_hello((before + HELLO)[:end]).at == len(before)


@given(st.binary(max_size=30), st.integers(1, 10))
def test_a_hello_in_pieces_is_waited_for(before, size):
    """A search that meets the beginning of a hello goes on from there when more has come."""
    first = find_client_hello(before + HELLO[:size])
    assert first.at is None or first.at < len(before)
    if first.at is None:
        assert first.searched <= len(before)
        assert find_client_hello(before + HELLO, first.searched).at is not None


def test_a_hello_in_the_form_of_sslv2_is_found_at_the_beginning():
    """Old clients begin so, and nobody does in the middle."""
    assert find_client_hello(SSLV2).at == 0
    assert find_client_hello(SSLV2[:4]).at is None
    assert find_client_hello(SSLV2[:4]).searched == 0
    assert find_client_hello(b"hello" + SSLV2).at is None


def test_what_is_no_client_hello_is_none():
    """Neither a ServerHello, nor application data, nor text is taken for a ClientHello."""
    for data in (SERVER_HELLO, b"\x17\x03\x03\x40\x00" + bytes(50), b"GET / HTTP/1.1\r\n\r\n"):
        found = find_client_hello(data)
        assert found.at is None


def test_where_a_server_begins():
    """A server begins with its ServerHello, behind what it said before; else where it speaks at all."""
    assert server_begins(SERVER_HELLO) == 0
    assert server_begins(b"220 ready\r\n" + SERVER_HELLO) == 11
    assert server_begins(bytes.fromhex("15030300020228")) == 0
    assert server_begins(b"HTTP/1.1 200 OK\r\n\r\n") == 19
    assert server_begins(b"") == 0
    assert server_begins(b"\x16\x03\x03") == 0
