"""Protected records: opened in order, and only with the right key."""

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM, ChaCha20Poly1305
from hypothesis import given
from hypothesis import strategies as st

from tests.crypto import rfc8448
from tlsprobe.crypto.key_schedule import traffic_key
from tlsprobe.crypto.protection import Opener
from tlsprobe.crypto.suites import TLS13_SUITES, Aead

SECRET = bytes(48)
EVERY = pytest.mark.parametrize("suite", TLS13_SUITES.values(), ids=lambda one: one.aead.name)


def sealed(suite, inner, number):
    """(header, fragment) of a record as the library protects it (RFC 8446 section 5.2)."""
    key, iv = traffic_key(suite, SECRET)
    nonce = (int.from_bytes(iv) ^ number).to_bytes(12)
    header = b"\x17\x03\x03" + (len(inner) + 16).to_bytes(2)
    aead = ChaCha20Poly1305 if suite.aead is Aead.CHACHA20_POLY1305 else AESGCM
    return header, aead(key).encrypt(nonce, inner, header)


@EVERY
def test_in_order(suite):
    """Records open one after another, without their padding."""
    opener = Opener(suite, SECRET)
    assert opener.open(*sealed(suite, b"first\x16", 0)) == (22, b"first")
    assert opener.open(*sealed(suite, b"second\x17" + bytes(20), 1)) == (23, b"second")
    assert opener.open(*sealed(suite, b"\x15", 2)) == (21, b"")


@EVERY
def test_what_does_not_open(suite):
    """A record out of order, changed, or too short opens not, and does not count."""
    opener = Opener(suite, SECRET)
    header, fragment = sealed(suite, b"first\x16", 0)
    assert opener.open(*sealed(suite, b"second\x16", 1)) is None
    assert opener.open(b"\x17\x03\x01" + header[3:], fragment) is None
    assert opener.open(header, bytes([fragment[0] ^ 1]) + fragment[1:]) is None
    assert opener.open(header, b"") is None
    assert opener.open(header, fragment[:15]) is None
    assert opener.open(header, fragment) == (22, b"first")


@EVERY
def test_only_padding(suite):
    """A record of nothing but padding, which no stack may send, is of no type."""
    assert Opener(suite, SECRET).open(*sealed(suite, bytes(9), 0)) == (0, b"")


def test_rfc_8448_record():
    """The published record opens with the published secret."""
    opener = Opener(TLS13_SUITES[0x1301], rfc8448.SERVER_SECRET)
    kind, flight = opener.open(rfc8448.SERVER_FLIGHT[:5], rfc8448.SERVER_FLIGHT[5:])
    assert (kind, len(flight)) == (22, 657)
    assert flight.endswith(rfc8448.SERVER_VERIFY_DATA)


@given(st.binary(max_size=5), st.binary(max_size=80))
def test_no_bytes_break_it(header, fragment):
    """What was never sealed does not open, and breaks nothing."""
    assert Opener(TLS13_SUITES[0x1301], SECRET).open(header, fragment) is None
