"""TLS inside SQL Server's packets is told from them, however they are cut."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.capture.preludes import TDS_ANSWER, TDS_PRELOGIN
from tlsprobe.capture.tds import Unwrapper, wraps_tls


def packets(data, size, kind=0x12):
    """`data` in packets of at most `size` bytes each."""
    pieces = [data[at : at + size] for at in range(0, len(data), size)]
    return b"".join(
        bytes((kind, int(piece is pieces[-1]))) + (len(piece) + 8).to_bytes(2) + bytes(4) + piece
        for piece in pieces
    )


records = st.lists(st.binary(min_size=1, max_size=600), min_size=1, max_size=5).map(
    lambda bodies: b"".join(b"\x16\x03\x03" + len(one).to_bytes(2) + one for one in bodies)
)


@given(
    flight=records,
    size=st.integers(min_value=1, max_value=700),
    cuts=st.lists(st.integers(min_value=0, max_value=4000)),
    kind=st.sampled_from([0x12, 0x04]),
    data=st.binary(max_size=40),
)
def test_records_come_out_whole(flight, size, cuts, kind, data):
    """The records come out as they went in, and so does what stands alone after the handshake."""
    stream = packets(flight, size, kind)
    alone = b"\x17\x03\x03" + len(data).to_bytes(2) + data
    before, rest = TDS_PRELOGIN + stream[:8], stream[8:] + alone
    assert wraps_tls(before)
    unwrapper = Unwrapper(before)
    places = sorted({0, len(rest), *(cut % (len(rest) + 1) for cut in cuts)})
    pieces = [rest[a:b] for a, b in pairwise(places)]
    assert b"".join(unwrapper.feed(piece) for piece in pieces) == flight + alone


@pytest.mark.parametrize(
    "before",
    [b"", TDS_PRELOGIN[:8], b"EHLO a\r\nSTARTTLS\r\n", TDS_ANSWER, b"\x12" * 20, bytes(20)],
)
def test_not_in_packets(before):
    """TLS behind anything else stands alone."""
    assert not wraps_tls(before)


@given(st.binary(max_size=60), st.lists(st.binary(max_size=60)))
def test_total(before, pieces):
    """No bytes make it fail, and no more comes out than went in."""
    assert wraps_tls(before) in (True, False)
    unwrapper = Unwrapper(before)
    assert sum(len(unwrapper.feed(piece)) for piece in pieces) <= sum(map(len, pieces))
