"""Sockets with a TTL, and what is read of ICMP errors and cut segments."""

import socket
import struct
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tlsprobe.live import ttl

linux = pytest.mark.skipif(sys.platform != "linux", reason="only Linux has error queues")
LEVELS = st.sampled_from([socket.IPPROTO_IP, socket.IPPROTO_IPV6]) | st.integers(0, 300)
KINDS = st.sampled_from([2, 11, 12, 25, 51, 52]) | st.integers(0, 300)


@given(st.lists(st.tuples(LEVELS, KINDS, st.binary(max_size=64))))
def test_any_ancillary_data(ancillary):
    """Whatever a kernel puts beside a packet is read, or is nothing."""
    found = ttl.back_ttl(ancillary)
    assert found is None or 0 < found < 256
    for level, kind, body in ancillary:
        ttl._icmp(level, kind, body)


@pytest.mark.parametrize(
    ("level", "kind", "origin", "number", "expired", "address"),
    [
        (socket.IPPROTO_IP, 11, 2, 11, True, "192.0.2.1"),
        (socket.IPPROTO_IP, 11, 2, 3, False, "192.0.2.1"),
        (socket.IPPROTO_IPV6, 25, 3, 3, True, "2001:db8::1"),
        (socket.IPPROTO_IPV6, 25, 3, 1, False, "2001:db8::1"),
    ],
)
def test_errors(*, level, kind, origin, number, expired, address):
    """An ICMP error says whether the TTL ran out, and who says so."""
    fixed = struct.pack("=IBBBBII", 113, origin, number, 0, 0, 0, 0)
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    before = 8 if family == socket.AF_INET6 else 4
    offender = struct.pack("=HH", family, 0).ljust(before, b"\0") + socket.inet_pton(
        family, address
    )
    assert ttl._icmp(level, kind, fixed + offender.ljust(28, b"\0")) == (expired, address)


@pytest.mark.parametrize(("origin", "size"), [(1, 44), (0, 44), (2, 20), (3, 30)])
def test_no_errors_of_the_network(origin, size):
    """What this machine says itself, or says in part, is no error of a router."""
    body = struct.pack("=IBBBBII", 90, origin, 0, 0, 0, 0, 0).ljust(size, b"\0")
    assert ttl._icmp(socket.IPPROTO_IP, 11, body) is None


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"\x16\x03\x03\x01\x00" + bytes(56), 61),  # 261 bytes were due
        (b"\x16\x03\x03\x00\x38" + bytes(56), None),  # a whole record: nothing was cut
        (b"\x15\x03\x03\x00\x02\x02\x28", None),  # an alert fits
        (b"\x16\x03\x03\x01\x00" + bytes(256), None),
        (b"\x16\x03", None),
        (b"", None),
    ],
)
def test_ttl_of_cut(data, expected):
    """Only a record that was cut tells a TTL."""
    assert ttl.ttl_of_cut(data) == expected


@given(st.binary(max_size=300))
def test_any_answer(data):
    """Whatever comes is a TTL or none."""
    found = ttl.ttl_of_cut(data)
    assert found is None or found == len(data) < 256


@linux
@pytest.mark.parametrize("family", [socket.AF_INET, socket.AF_INET6])
def test_a_cut_segment(family):
    """The first bytes of a connection are as many as the TTL of the segment that brought them."""
    host = "::1" if family == socket.AF_INET6 else "127.0.0.1"
    try:
        listener = socket.create_server((host, 0), family=family)
    except OSError as error:
        pytest.skip(f"no loopback: {error}")
    with listener, socket.create_connection(listener.getsockname()[:2]) as client:
        ttl.cut_to_ttl(client)
        server, _ = listener.accept()
        with server:
            ttl.limit(server, 47)
            server.sendall(b"\x16\x03\x03\x04\x00" + bytes(1024))
            client.settimeout(5)
            assert ttl.ttl_of_cut(client.recv(4096)) == 47
