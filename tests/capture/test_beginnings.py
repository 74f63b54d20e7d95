import os

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.capture.preludes import SPOKEN
from tlsprobe.capture.beginnings import HEAD, begins, hopeful
from tlsprobe.hello import templates

HELLO = templates.load("openssl").stamp(server_name="www.example.com", entropy=os.urandom).record


WORDS = [
    *(f"{word}\r\n".encode() for word in ("STARTTLS", "stls", "AUTH TLS", "EHLO a", "HELO", "LHLO", "CAPA")),
    b"CONNECT a:1 HTTP/1.1\r\n\r\n", b"HTTP/1.0 200 OK\r\n\r\n", b"PROXY TCP4", b"200 ", b"220-a", b"* OK",
    b"+OK", b"+ OK", b"<?xml", b"<stream", b"\r\n\r\n\0\r\nQUIT\n", b"\4\1\1\xbb", b"\5\1\0", b"\x03\0\0\x13",
    b"\x12\1\0", b"0\x1d\2\1", b"\0\0\0\x08\4\xd2\x16\x2f", b" \0\0\1", b"J\0\0\0\n5.7\0", HELLO,
    b"\x15\3\1\0\2\2\x28", b"\x80\x2e\1\3\1",
]  # fmt: skip
"""What connections say before TLS, and what hellos begin with."""


def hope(payload, behind=bytes(HEAD)):
    """What the bulk look says of one payload, before others."""
    padded = (payload + behind)[:HEAD]
    return bool(hopeful(np.frombuffer(padded, dtype=np.uint8).reshape(1, HEAD))[0])


@pytest.mark.parametrize(
    "payload", [HELLO, HELLO[:1], HELLO[:8], b"CONNECT a.example:443 HTTP/1.1\r\n\r\n"]
)
def test_where_tls_can_still_be_read(payload):
    """A hello, the beginning of one, and what is known to come before one let a connection count."""
    assert begins(payload)
    assert hope(payload)


@pytest.mark.parametrize(
    "payload",
    [
        b"GET / HTTP/1.1\r\n\r\n",
        b"\x17\x03\x03\x00\x20" + bytes(32),
        b"\xd8\xff\xe0 a picture",
        b"{}",
    ],
)
def test_where_it_cannot(payload):
    """Plain HTTP, application data of a session that began before, and noise do not."""
    assert not begins(payload)


@given(
    st.one_of(
        st.binary(min_size=1, max_size=80),
        st.sampled_from(sorted(SPOKEN)).flatmap(
            lambda kind: st.sampled_from([one for one in first_words(kind) if one])
        ),
        st.tuples(
            st.sampled_from((b"", b"a ", b"a1b2 ", b"_. ", b"9 ")), st.sampled_from(WORDS)
        ).map(b"".join),
        st.tuples(st.sampled_from(WORDS), st.integers(1, 8)).map(lambda one: one[0][: one[1]]),
    ),
    st.binary(min_size=HEAD, max_size=HEAD),
)
def test_the_bulk_look_misses_nothing(payload, behind):
    """Whatever begins TLS by the close look is let through by the one in bulk."""
    assert hope(payload, behind) or not begins(payload)


@pytest.mark.parametrize(
    "payload", [b"GET / HTTP/1.1", b"K\xbb'\xd2\xfc", b"\x12\xc3\x8f\xed\xe7", b"0\xff\xff"]
)
def test_the_bulk_look_spares_the_close_one(payload):
    """Requests of plain HTTP and noise are nearly all there is of the rest."""
    assert not hope(payload, b"\0\x08\0\0\0")


def first_words(kind):
    """What either side says first in a prelude."""
    said = SPOKEN[kind]
    return [said.client, said.server]
