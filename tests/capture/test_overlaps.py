"""Of two copies of the same bytes that differ, a checksum may tell which one was damaged."""

import pytest
from msgspec.structs import replace

from fixtures.captures.connections import connection, data, repeated
from fixtures.captures.handshakes import Side, tls12
from fixtures.captures.packets import Route
from fixtures.captures.scenes import OWNER
from fixtures.chains.cast import HOST
from tests import evidence
from tests.capture.taking import heard_in, packets_of

HONEST = tuple(one.der for one in evidence.chain("honest"))
IPV6 = Route(client="2001:db8::10", server="2001:db8:ffff::7")
PLACE = 700
"""Where the damage is, in bytes before the end of a packet: within the leaf."""


def twice(route=Route(), *, mss=1460):
    """The packets of a session whose server's first data came twice, and its place."""
    segments = connection(tls12(OWNER, HOST, label="twice"), mss=mss)
    first = data(segments, Side.SERVER)[0]
    return packets_of(repeated(segments, first), route), first


def damaged(packet, *, place=PLACE):
    """The packet with a bit of its payload flipped; its checksum stays."""
    flipped = bytearray(packet.data)
    flipped[-place] ^= 4
    return packet._replace(data=bytes(flipped))


def with_checksum(packet, checksum):
    """The packet of plain IPv4 with another TCP checksum."""
    at = 14 + 20 + 16
    return packet._replace(data=packet.data[:at] + checksum + packet.data[at + 2 :])


def session(folder, packets):
    """The one session of a capture."""
    [found], _ = heard_in(folder, packets)
    return found


@pytest.mark.parametrize("route", [Route(), IPV6], ids=["IPv4", "IPv6"])
@pytest.mark.parametrize("which", [0, 1], ids=["the first copy", "the second copy"])
def test_the_copy_with_a_right_checksum_counts(route, which, tmp_path):
    """Whichever of two copies was damaged: the other is what the receiver took."""
    packets, first = twice(route)
    packets[first + which] = damaged(packets[first + which])
    found = session(tmp_path, packets)
    assert found.handshake.certificates == HONEST
    assert (found.captured.overlaps, found.captured.disputed) == (1, 0)


def test_damage_over_several_segments(tmp_path):
    """Each segment that the copy covers is held against it."""
    segments = connection(tls12(OWNER, HOST, label="parts"), mss=300)
    flight = data(segments, Side.SERVER)
    one, other = segments[flight[1]], segments[flight[2]]
    both = replace(one, payload=one.payload + other.payload, at=other.at + 1)
    segments.insert(flight[2] + 1, both)
    packets = packets_of(segments)
    for index in flight[1:3]:
        packets[index] = damaged(packets[index], place=100)
    found = session(tmp_path, packets)
    assert found.handshake.certificates == HONEST
    assert (found.captured.overlaps, found.captured.disputed) == (2, 0)


def test_checksums_that_are_both_right(tmp_path):
    """Somebody sent two: the first one counts, as a receiver has it, and nobody can say more."""
    segments = connection(tls12(OWNER, HOST, label="twice"))
    first = data(segments, Side.SERVER)[0]
    other = bytearray(segments[first].payload)
    other[PLACE] ^= 4
    found = session(tmp_path, packets_of(repeated(segments, first, bytes(other))))
    assert found.handshake.certificates == HONEST
    assert (found.captured.overlaps, found.captured.disputed) == (1, 1)


@pytest.mark.parametrize("first_too", [False, True])
def test_checksums_that_nobody_has_filled_in(first_too, tmp_path):
    """What was left to the network card says nothing of a packet: the first one counts."""
    packets, first = twice()
    packets[first] = damaged(packets[first])
    head = packets[first].data[14:34]
    length = len(packets[first].data) - 34
    pseudo = int.from_bytes(head[12:20] + bytes((0, 6)) + length.to_bytes(2)) % 0xFFFF
    for index in (first, first + 1) if first_too else (first,):
        packets[index] = with_checksum(packets[index], pseudo.to_bytes(2))
    found = session(tmp_path, packets)
    assert found.handshake.certificates != HONEST
    assert (found.captured.overlaps, found.captured.disputed) == (1, 1)


def test_packets_that_were_cut(tmp_path):
    """A packet that was not captured whole has no checksum that could be held against it."""
    packets, first = twice()
    packets[first] = damaged(packets[first])
    packets[first + 1] = packets[first + 1]._replace(data=packets[first + 1].data[:-5])
    found = session(tmp_path, packets)
    assert found.captured.disputed == 1
