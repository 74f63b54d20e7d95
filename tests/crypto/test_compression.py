"""Certificate compression: what was packed comes out, and bombs do not."""

import tracemalloc
import zlib

import brotli
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tlsprobe.crypto.compression import BROTLI, MAX_UNCOMPRESSED, ZLIB, decompress

PACKERS = {ZLIB: zlib.compress, BROTLI: brotli.compress}
EVERY = pytest.mark.parametrize("algorithm", PACKERS)
PLAIN = bytes(range(256)) * 20


@EVERY
@pytest.mark.parametrize("plain", [b"", b"x", PLAIN, bytes(MAX_UNCOMPRESSED)])
def test_round_trip(algorithm, plain):
    """What a server packed comes out whole, from nothing up to the bound."""
    assert decompress(algorithm, PACKERS[algorithm](plain), len(plain)) == plain


@EVERY
@pytest.mark.parametrize("size", [0, len(PLAIN) - 1, len(PLAIN) + 1, MAX_UNCOMPRESSED])
def test_a_size_that_lies(algorithm, size):
    """A message that has another size than it claims is none."""
    assert decompress(algorithm, PACKERS[algorithm](PLAIN), size) is None


@EVERY
def test_cut_off_or_broken(algorithm):
    """A stream that ends early, or is none at all, gives nothing."""
    packed = PACKERS[algorithm](PLAIN)
    assert decompress(algorithm, packed[:-10], len(PLAIN)) in (None, PLAIN)
    assert decompress(algorithm, packed[: len(packed) // 2], len(PLAIN)) is None
    assert decompress(algorithm, b"", len(PLAIN)) is None
    assert decompress(algorithm, b"no such stream", len(PLAIN)) is None


def test_unknown_algorithms():
    """An algorithm that was never offered gives nothing."""
    assert decompress(3, zlib.compress(PLAIN), len(PLAIN)) is None
    assert decompress(0, PLAIN, len(PLAIN)) is None


@EVERY
@pytest.mark.parametrize("size", [1000, MAX_UNCOMPRESSED, MAX_UNCOMPRESSED + 1, 2**24 - 1])
def test_bombs_are_bounded(algorithm, size):
    """However much a few bytes would unpack to, little more than the bound is ever held."""
    bomb = PACKERS[algorithm](bytes(64 * MAX_UNCOMPRESSED))
    assert len(bomb) < MAX_UNCOMPRESSED
    tracemalloc.start()
    try:
        assert decompress(algorithm, bomb, size) is None
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < 8 * MAX_UNCOMPRESSED


@EVERY
@given(packed=st.binary(max_size=200), size=st.integers(0, 2**24 - 1))
def test_no_bytes_break_it(algorithm, packed, size):
    """Whatever the bytes, there is a message of the claimed size, or none."""
    found = decompress(algorithm, packed, size)
    assert found is None or len(found) == size
