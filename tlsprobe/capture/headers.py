"""Packets -> TCP segments, in bulk: the headers of a whole window are read column by column.

The common layers are known here: Ethernet with VLAN tags, Linux cooked, BSD loopback and raw IP,
below IPv4 without options and IPv6 without extension headers. Whatever else may carry TCP goes
packet by packet through the `Dissector`. No length that a packet claims is believed beyond what
was captured of it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from struct import Struct

import numpy as np
import numpy.typing as npt

from tlsprobe.capture import internet, links, tunnels
from tlsprobe.capture.addresses import Addresses
from tlsprobe.capture.batch import Batch, Int64, UInt8
from tlsprobe.capture.forms import Forms, chosen, read_as
from tlsprobe.capture.layers import FIRST_ETHERTYPE, FRAGMENT, IP_PROTOCOL, IPV4, IPV6, LINK
from tlsprobe.capture.packets import Dissector, TcpSegment
from tlsprobe.capture.segments import Bool, Segments, merged

_ETHERNET, _NULL, _LOOP = 1, 0, 108
_COOKED = {113: (14, 16), 276: (0, 20)}
"""Linux cooked captures: where the EtherType stands, and how long the header is."""
_RAW = (101, 12, 14)
_RAW_OF = {228: IPV4, 229: IPV6}
_AF_INET, _AF_INET6 = 2, (24, 28, 30)  # of NetBSD and OpenBSD, FreeBSD, macOS
_VLAN = (0x8100, 0x88A8, 0x9100)
_MAX_TAGS = 4
_TCP, _UDP = 6, 17


# What the dissector can look into beside IP: below 0x600 an EtherType is a length (802.3).
def _among(size: int, values: Iterable[int]) -> Bool:
    """A table that says of each number below `size` whether it is one of `values`."""
    table = np.zeros(size, dtype=np.bool_)
    table[list(values)] = True
    return table


_TAG = _among(1 << 16, _VLAN)
_CARRIER = _among(1 << 16, {kind for kind in links.STEPS if kind < LINK} - {*_VLAN, IPV4, IPV6})
_CARRIED = _among(
    1 << 8, {kind - IP_PROTOCOL for kind in (*internet.STEPS, *tunnels.STEPS, FRAGMENT)} - {_UDP}
)
_TUNNEL_PORT = _among(1 << 16, tunnels.UDP_TUNNELS)
_NO_NEXT = 59  # RFC 8200 section 4.7

_IP4 = np.dtype(
    {
        "names": ["first", "total", "fragment", "ttl", "protocol", "source", "target",
                  "source_port", "target_port", "offset", "flags"],
        "formats": ["u1", ">u2", ">u2", "u1", "u1", ">u4", ">u4", ">u2", ">u2", "u1", "u1"],
        "offsets": [0, 2, 6, 8, 9, 12, 16, 20, 22, 32, 33],
        "itemsize": 40,
    }
)  # fmt: skip
_IP6 = np.dtype(
    {
        "names": ["first", "total", "protocol", "ttl", "source", "target",
                  "source_port", "target_port", "offset", "flags"],
        "formats": ["u1", ">u2", "u1", "u1", "2u8", "2u8", ">u2", ">u2", "u1", "u1"],
        "offsets": [0, 4, 6, 7, 8, 24, 40, 42, 52, 53],
        "itemsize": 60,
    }
)  # fmt: skip
_TCP_HEADER = Struct(">HHIIBBHHH")


class Headers:
    """Reads the headers of one file's batches: it numbers addresses and joins fragments."""

    def __init__(self) -> None:
        self.dissector = Dissector()
        self._addresses = Addresses()

    def segments(self, batch: Batch) -> Segments | None:
        """The TCP segments of a batch; None where it has none."""
        network = _network(batch)
        parts = [self._ipv4(batch, network), self._ipv6(batch, network)]
        odd = self._odd(batch, network.odd) if network.odd.any() else []
        if odd:
            parts.append(self._written(batch, odd))
        found = [one for one in parts if one is not None]
        if not found:
            return None
        if len(found) == 1:
            return found[0]
        # A connection is either of IPv4 or of IPv6; of what was written out nobody knows.
        return merged(found, apart=not odd)

    def address(self, number: int) -> bytes:
        """The address of an address number: 4 or 16 bytes."""
        return self._addresses.address(number)

    def _ipv4(self, batch: Batch, network: "_Network") -> Segments | None:
        which = np.flatnonzero(network.ipv4)
        if not which.size:
            return None
        at, captured = network.at[which], network.ends[which]
        rows = read_as(_IP4, batch.data, at)
        plain = (rows["first"] == 0x45) & ((rows["fragment"] & 0x3FFF) == 0)
        tcp = plain & (rows["protocol"] == _TCP) & (rows["offset"] >= 0x50)
        self._pass_on_ipv4(network, which, rows, plain)
        if not tcp.all():
            which, at, captured, rows = which[tcp], at[tcp], captured[tcp], chosen(rows, tcp)
            if not which.size:
                return None
        total = rows["total"].astype(np.int64)
        # A total of 0 is a capture of what the card will cut later: it goes to the packet's end.
        claimed = np.where(total == 0, captured, at + total)
        return _segments(
            batch, which, rows,
            headers=at + 20, captured=captured, claimed=claimed,
            source=rows["source"].astype(np.int64), target=rows["target"].astype(np.int64),
        )  # fmt: skip

    def _pass_on_ipv4(
        self,
        network: "_Network",
        which: Int64,
        rows: Forms,
        plain: Bool,
    ) -> None:
        """Mark what only the dissector can read: options, fragments, tunnels."""
        protocol = rows["protocol"]
        odd = ~plain & ((rows["first"] >> 4) == 4)
        rest = protocol != _TCP
        if rest.any():
            odd |= _CARRIED[protocol]
            udp = np.flatnonzero(protocol == _UDP)
            if udp.size:
                ports = chosen(rows, udp)
                tunnel = _TUNNEL_PORT[ports["target_port"]] | _TUNNEL_PORT[ports["source_port"]]
                odd[udp[tunnel]] = True
        network.odd[which[odd]] = True

    def _ipv6(self, batch: Batch, network: "_Network") -> Segments | None:
        which = np.flatnonzero(network.ipv6)
        if not which.size:
            return None
        at, captured = network.at[which], network.ends[which]
        rows = read_as(_IP6, batch.data, at)
        protocol = np.where(rows["first"] >> 4 == 6, rows["protocol"], _NO_NEXT)
        odd = _CARRIED[protocol]
        udp = protocol == _UDP
        odd |= udp & (_TUNNEL_PORT[rows["target_port"]] | _TUNNEL_PORT[rows["source_port"]])
        network.odd[which[odd]] = True
        tcp = (protocol == _TCP) & (rows["offset"] >= 0x50)
        which, at, captured, rows = which[tcp], at[tcp], captured[tcp], chosen(rows, tcp)
        if not which.size:
            return None
        total = rows["total"].astype(np.int64)
        claimed = np.where(total == 0, captured, at + 40 + total)
        numbers = self._numbered(np.concatenate((rows["source"], rows["target"])))
        return _segments(
            batch, which, rows,
            headers=at + 40, captured=captured, claimed=claimed,
            source=numbers[: which.size], target=numbers[which.size :],
        )  # fmt: skip

    def _numbered(self, addresses: npt.NDArray[np.uint64]) -> Int64:
        """Numbers of IPv6 addresses, given as two words each: those of one window are few."""
        mixed = addresses[:, 0] * np.uint64(0x9E3779B97F4A7C15) ^ addresses[:, 1]
        _, first, inverse = np.unique(mixed, return_index=True, return_inverse=True)
        if not (addresses == addresses[first][inverse]).all():
            # Two addresses that mix to one number: somebody chose them so.
            return np.array(
                [self._addresses.number(one.tobytes()) for one in addresses], dtype=np.int64
            )
        numbers = [self._addresses.number(addresses[at].tobytes()) for at in first.tolist()]
        numbered: Int64 = np.array(numbers, dtype=np.int64)[inverse.reshape(-1)]
        return numbered

    def _odd(self, batch: Batch, odd: Bool) -> list[tuple[int, TcpSegment]]:
        found: list[tuple[int, TcpSegment]] = []
        for index in np.flatnonzero(odd).tolist():
            start = int(batch.starts[index])
            packet = batch.data[start : start + int(batch.sizes[index])].tobytes()
            frame = batch.first_frame + index
            segments = self.dissector.segments(
                int(batch.links[index]), packet, frame, int(batch.times[index])
            )
            found += [(index, one) for one in segments]
        return found

    def _written(self, batch: Batch, odd: list[tuple[int, TcpSegment]]) -> Segments:
        """Odd packets' segments, written out behind the batch's data as if they had been plain."""
        extra = bytearray()
        headers: list[int] = []
        ends: list[int] = []
        for _, one in odd:
            headers.append(batch.data.size + len(extra))
            extra += _TCP_HEADER.pack(
                one.source_port, one.target_port, one.seq, one.ack, 0x50, one.flags & 0xFF, 0, 0, 0
            )
            extra += one.payload
            ends.append(batch.data.size + len(extra))
        data = np.concatenate((batch.data, np.frombuffer(extra, dtype=np.uint8)))
        which = np.array([index for index, _ in odd], dtype=np.int64)
        source = [self._addresses.number(one.source) << 16 | one.source_port for _, one in odd]
        target = [self._addresses.number(one.target) << 16 | one.target_port for _, one in odd]
        from_, to = np.array(source, dtype=np.int64), np.array(target, dtype=np.int64)
        return Segments(
            data=data,
            frames=which + batch.first_frame,
            times=batch.times[which],
            low=np.minimum(from_, to),
            high=np.maximum(from_, to),
            forward=from_ <= to,
            headers=np.array(headers, dtype=np.int64),
            ends=np.array(ends, dtype=np.int64),
            ttls=np.array([one.ttl for _, one in odd], dtype=np.int64),
            flags=np.array([one.flags for _, one in odd], dtype=np.int64),
        )


@dataclass(frozen=True, slots=True, eq=False)
class _Network:
    """Where the network layer of each packet begins, and who can read it."""

    at: Int64
    ends: Int64
    """Where each packet ends in the data."""
    ipv4: Bool
    """IPv4 with room for plain headers of IP and TCP; likewise below."""
    ipv6: Bool
    odd: Bool
    """For the dissector."""


def _network(batch: Batch) -> _Network:
    types = batch.links
    ends = batch.starts + batch.sizes
    first = int(types[0])
    if (types == first).all():
        at, protocol, odd = _link(batch, batch.starts, ends, first)
    else:
        at, protocol = batch.starts.copy(), np.zeros(types.size, dtype=np.int64)
        odd = np.zeros(types.size, dtype=np.bool_)
        for link in np.unique(types).tolist():
            which = types == link
            at[which], protocol[which], odd[which] = _link(
                batch, batch.starts[which], ends[which], link
            )
    room = ends - at
    ipv4 = (protocol == IPV4) & (room >= 40)
    ipv6 = (protocol == IPV6) & (room >= 60)
    # What is too short for plain headers may still be a fragment's end.
    odd |= ((protocol == IPV4) & ~ipv4) & (room >= 20)
    odd |= ((protocol == IPV6) & ~ipv6) & (room >= 40)
    return _Network(at, ends, ipv4, ipv6, odd)


def _link(batch: Batch, starts: Int64, ends: Int64, link: int) -> tuple[Int64, Int64, Bool]:
    """Of packets of one link type: where the network layer is, its EtherType, who is odd."""
    data = batch.data
    if link == _ETHERNET:
        return _ethernet(data, starts, ends)
    if link in (_NULL, _LOOP):
        return _by_family(data, starts, ends)
    if link in _RAW:
        return _by_version(data, starts, ends)
    if link in _COOKED:
        named, size = _COOKED[link]
        kind = _word(data, starts + named, ends)
        return starts + size, kind, _TAG[kind] | _CARRIER[kind] | (kind < FIRST_ETHERTYPE)
    kind = np.full(starts.size, _RAW_OF.get(link, 0), dtype=np.int64)
    return starts, kind, (kind == 0) & (link >= 0)


def _ethernet(data: UInt8, starts: Int64, ends: Int64) -> tuple[Int64, Int64, Bool]:
    at = starts + 14
    kind = _word(data, at - 2, ends)
    for _ in range(_MAX_TAGS):
        tagged = np.flatnonzero(_TAG[kind]) if (kind != IPV4).any() else ()
        if not len(tagged):
            break
        at[tagged] += 4
        kind[tagged] = _word(data, at[tagged] - 2, ends[tagged])
    odd = _CARRIER[kind] | (kind < FIRST_ETHERTYPE) if (kind != IPV4).any() else kind == 0
    return at, kind, odd


def _by_family(data: UInt8, starts: Int64, ends: Int64) -> tuple[Int64, Int64, Bool]:
    """BSD loopback: an address family of four bytes, in the order of whatever machine wrote it."""
    first, second, third, last = (_byte(data, starts + place, ends) for place in range(4))
    family = np.where((second | third) == 0, np.where(first == 0, last, first), 0)
    family = np.where((first != 0) & (last != 0), 0, family)
    ipv4, ipv6 = family == _AF_INET, np.isin(family, _AF_INET6)
    kind = np.where(ipv4, IPV4, np.where(ipv6, IPV6, 0)).astype(np.int64)
    return starts + 4, kind, kind == 0


def _by_version(data: UInt8, at: Int64, ends: Int64) -> tuple[Int64, Int64, Bool]:
    version = _byte(data, at, ends) >> 4
    kind = np.where(version == 4, IPV4, np.where(version == 6, IPV6, 0)).astype(np.int64)
    return at, kind, np.zeros(at.size, dtype=np.bool_)


def _byte(data: UInt8, at: Int64, ends: Int64) -> Int64:
    """The byte at each place; 0 where the packet ends before."""
    inside = at < ends
    if inside.all():
        return data[at].astype(np.int64)
    return np.where(inside, data[np.where(inside, at, 0)], 0).astype(np.int64)


def _word(data: UInt8, at: Int64, ends: Int64) -> Int64:
    return _byte(data, at, ends) << 8 | _byte(data, at + 1, ends)


def _segments(
    batch: Batch, which: Int64, rows: Forms,
    *, headers: Int64, captured: Int64, claimed: Int64, source: Int64, target: Int64,
) -> Segments | None:  # fmt: skip
    ends = np.minimum(captured, claimed)
    whole = headers + (rows["offset"] >> 4).astype(np.int64) * 4 <= ends
    if not whole.all():
        which, rows = which[whole], chosen(rows, whole)
        headers, ends = headers[whole], ends[whole]
        source, target = source[whole], target[whole]
        if not which.size:
            return None
    source = source << 16 | rows["source_port"]
    target = target << 16 | rows["target_port"]
    return Segments(
        data=batch.data,
        frames=which + batch.first_frame,
        times=batch.times[which],
        low=np.minimum(source, target),
        high=np.maximum(source, target),
        forward=source <= target,
        headers=headers,
        ends=ends,
        ttls=rows["ttl"].astype(np.int64),
        flags=rows["flags"].astype(np.int64),
    )
