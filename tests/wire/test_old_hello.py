"""The hello in SSL 2.0's format, as clients of long ago send it."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tlsprobe.errors import DecodeError
from tlsprobe.wire.old_hello import decode_old_hello


def old_hello(*, kinds=(b"\0\0\x35", b"\0\0\x0a"), session_id=b"", challenge=bytes(range(1, 17))):
    """A message, without its length, that offers TLS 1.0."""
    specs = b"".join(kinds)
    sizes = b"".join(len(one).to_bytes(2) for one in (specs, session_id, challenge))
    return b"\x01\x03\x01" + sizes + specs + session_id + challenge


def test_what_it_says():
    """Version and suites are as offered, the challenge is the random, and extensions there are none."""
    hello = decode_old_hello(old_hello())
    assert hello.legacy_version == 0x0301
    assert hello.cipher_suites == (0x0035, 0x000A)
    assert hello.random == bytes(16) + bytes(range(1, 17))
    assert (hello.session_id, hello.compression_methods) == (b"", (0,))
    assert (hello.extensions, hello.has_extensions) == ((), False)
    assert hello.ssl2 == old_hello()


def test_kinds_of_ssl_2_are_left_out():
    """What begins with another byte than 0 is no cipher suite of TLS."""
    kinds = (b"\x01\0\x80", b"\0\0\x04", b"\x07\0\xc0", b"\0\xc0\x13")
    assert decode_old_hello(old_hello(kinds=kinds)).cipher_suites == (0x0004, 0xC013)


@pytest.mark.parametrize("size", [0, 16, 31, 32, 33, 40])
def test_the_random_is_32_bytes(size):
    """A shorter challenge stands at its end, of a longer one the last bytes count."""
    challenge = bytes(range(1, size + 1))
    random = decode_old_hello(old_hello(challenge=challenge)).random
    assert len(random) == 32
    assert (bytes(32) + challenge).endswith(random)


@pytest.mark.parametrize(
    "message",
    [
        b"\x02" + old_hello()[1:],
        old_hello() + b"\0",
        old_hello()[:-1],
        old_hello(kinds=(b"\0\0\x35\0",)),
    ],
)
def test_malformed(message):
    """Another type, bytes too many or too few, or half a cipher kind."""
    with pytest.raises(DecodeError):
        decode_old_hello(message)


@given(st.binary(max_size=80))
def test_no_bytes_break_it(message):
    """Whatever the bytes, there is a hello or a DecodeError."""
    with suppress(DecodeError):
        assert len(decode_old_hello(b"\x01" + message).random) == 32
