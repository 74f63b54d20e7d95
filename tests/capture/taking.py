"""Captures made for one test: connections of the fixtures' builders, written and read again."""

from fixtures.captures.files import pcap
from fixtures.captures.packets import Route, ethernet, ip_packets
from tlsprobe.capture.containers import open_capture
from tlsprobe.capture.conversations import conversations
from tlsprobe.crypto.keys import KeyLog


def packets_of(segments, route=Route()):
    """The segments of one connection as Ethernet frames."""
    return ethernet(ip_packets(segments, route))


def interleaved(*connections):
    """Packets of several connections, in the order of their times."""
    return sorted((one for each in connections for one in each), key=lambda packet: packet.at)


def heard_in(folder, packets, *, name="test.pcap"):
    """The sessions that are found in a capture of these packets."""
    path = folder / name
    path.write_bytes(packets if isinstance(packets, bytes) else pcap(packets))
    with open_capture(str(path)) as container:
        found = [one for some in conversations(container, KeyLog()) for one in some]
        return found, container.problems
