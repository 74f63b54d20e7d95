import os

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.capture.preludes import SPOKEN
from tlsprobe.capture.beginnings import HEAD, begins, hopeful
from tlsprobe.hello import templates

HELLO = templates.load("openssl").stamp(server_name="www.example.com", entropy=os.urandom).record


def hope(payload):
    """What the bulk look says of one payload."""
    padded = payload[:HEAD] + bytes(HEAD - len(payload[:HEAD]))
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
    )
)
def test_the_bulk_look_misses_nothing(payload):
    """Whatever begins TLS by the close look is let through by the one in bulk."""
    assert hope(payload) or not begins(payload)


def first_words(kind):
    """What either side says first in a prelude."""
    said = SPOKEN[kind]
    return [said.client, said.server]
