"""Captures of any length, made while they are read: `python benchmarks/streams.py KIND COUNT [FILE]`.

    repeated COUNT FILE   the packets of FILE as many times over, each time ten minutes later and with
                          other addresses of the clients, so with other connections
    half-open COUNT       as many SYNs that nobody answers
    no-tls COUNT          as many connections with an answer, a line of text each way, and no end
    hellos COUNT          as many connections that end after the ClientHello, to another name each

Packets of Ethernet and IPv4, without checksums, which captures of outgoing packets lack too.
"""

import struct
import sys
from pathlib import Path

import numpy as np
import numpy.typing as npt

_WINDOW = 2**23
_AT_ONCE = 5_000
_MSS = b"\x02\x04\x05\xb4"
_FIN, _SYN, _PSH, _ACK = 0x01, 0x02, 0x08, 0x10
_CLIENT = bytes((10, 0, 0, 0))
_SERVER = bytes((198, 51, 100, 7))
_NAME = b"n0000000.bench.example"
_FIRST_PORT, _PORTS = 1024, 60_000
_TEN_MINUTES = 600

UInt8 = npt.NDArray[np.uint8]


def main() -> None:
    """Write the stream that the arguments ask for."""
    kind, count = sys.argv[1], int(sys.argv[2])
    out = sys.stdout.buffer
    out.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, 1))
    if kind == "repeated":
        for time in range(count):
            _repeat(Path(sys.argv[3]), time)
        return
    packets = {"half-open": _opening()[:1], "no-tls": _opening() + _lines(), "hellos": _hello()}[
        kind
    ]
    for begin in range(0, count, _AT_ONCE):
        out.write(_connections(packets, begin, min(_AT_ONCE, count - begin)))


# Repeated


def _repeat(file: Path, times: int) -> None:
    """The packets of a file, changed for one more time."""
    window = bytearray(_WINDOW)
    kept = 0
    with file.open("rb", buffering=0) as stream:
        stream.read(24)
        while got := stream.readinto(memoryview(window)[kept:]):
            end = kept + got
            starts, stop = _records(window, end)
            _change(np.frombuffer(window, np.uint8), np.array(starts, dtype=np.int64), times)
            sys.stdout.buffer.write(memoryview(window)[:stop])
            kept = end - stop
            window[:kept] = window[stop:end]


def _records(window: bytearray, end: int) -> tuple[list[int], int]:
    size_at = struct.Struct("<I").unpack_from
    starts: list[int] = []
    at = 0
    while at + 16 <= end and (following := at + 16 + size_at(window, at + 8)[0]) <= end:
        starts.append(at)
        at = following
    return starts, at


def _change(data: UInt8, starts: npt.NDArray[np.int64], times: int) -> None:
    """Move the packets on in time, and the clients, which are in 10.0.0.0/8, to another network."""
    starts = starts[starts + 80 < data.size]
    seconds = np.ndarray((data.size - 3,), "<u4", data, strides=(1,))
    seconds[starts] += np.uint32(_TEN_MINUTES * times)
    packets = starts + 16
    kind = data[packets + 12].astype(np.int64) << 8 | data[packets + 13]
    # In IPv6 packets of the recipe they are in the last four bytes.
    for code, places in ((0x0800, (26, 30)), (0x86DD, (34, 50))):
        for place in places:
            at = packets[kind == code] + place
            data[at[data[at] == 10]] += np.uint8(times)


# Connections that go alike


def _connections(packets: list[bytes], begin: int, count: int) -> bytes:
    """Connections `begin` to `begin + count`, each with all of its packets behind one another."""
    sizes = [16 + len(packet) for packet in packets]
    one = np.frombuffer(b"".join(bytes(16) + packet for packet in packets), dtype=np.uint8)
    all_ = np.tile(one, (count, 1))
    number = np.arange(begin, begin + count)
    host = (number // _PORTS + 1).astype(">u4").view(np.uint8).reshape(-1, 4)
    port = (number % _PORTS + _FIRST_PORT).astype(">u2").view(np.uint8).reshape(-1, 2)
    # Ten thousand connections a second.
    seconds = (1_700_000_000 + number // 10_000).astype("<u4").view(np.uint8).reshape(-1, 4)
    parts = (number % 10_000 * 100).astype("<u4").view(np.uint8).reshape(-1, 4)
    at = 0
    for packet, size in zip(packets, sizes, strict=True):
        all_[:, at : at + 4], all_[:, at + 4 : at + 8] = seconds, parts
        lengths = np.frombuffer(struct.pack("<II", len(packet), len(packet)), dtype=np.uint8)
        all_[:, at + 8 : at + 16] = lengths
        client = 0 if packet[26:27] == _CLIENT[:1] else 1
        all_[:, at + 16 + 26 + 4 * client + 1 : at + 16 + 30 + 4 * client] = host[:, 1:]
        all_[:, at + 16 + 34 + 2 * client : at + 16 + 36 + 2 * client] = port
        if (name := packet.find(_NAME)) > 0:
            all_[:, at + 16 + name + 1 : at + 16 + name + 8] = _digits(number)
            all_[:, at + 16 + 54 + 11 : at + 16 + 54 + 18] = _digits(number)  # of the random
        at += size
    return all_.tobytes()


def _digits(number: npt.NDArray[np.int64]) -> UInt8:
    """The last seven digits of each number."""
    places = 10 ** np.arange(6, -1, -1)
    return (number[:, None] // places % 10 + ord("0")).astype(np.uint8)


def _opening() -> list[bytes]:
    return [
        _packet(_SYN, 1000, 0, options=_MSS),
        _packet(_SYN | _ACK, 5000, 1001, options=_MSS, by_client=False),
    ]


def _lines() -> list[bytes]:
    return [
        _packet(_PSH | _ACK, 1001, 5001, b"GET / HTTP/1.1\r\nHost: plain.example\r\n\r\n"),
        _packet(_PSH | _ACK, 5001, 1040, b"HTTP/1.1 204 No Content\r\n\r\n", by_client=False),
    ]


def _hello() -> list[bytes]:
    name = _NAME
    extensions: list[tuple[int, bytes]] = [
        (0, struct.pack(">HBH", len(name) + 3, 0, len(name)) + name),
        (10, b"\0\x04\0\x1d\0\x17"),
        (13, b"\0\x04\x04\x03\x08\x04"),
        (16, b"\0\x03\x02h2"),
        (43, b"\x02\x03\x04"),
        (51, b"\0\x24\0\x1d\0\x20" + bytes(range(32))),
    ]
    body = b"".join(struct.pack(">HH", code, len(one)) + one for code, one in extensions)
    body = b"\x03\x03" + bytes(32) + b"\0\0\x02\x13\x01\x01\0" + struct.pack(">H", len(body)) + body
    hello = b"\x01" + len(body).to_bytes(3) + body
    record = b"\x16\x03\x01" + len(hello).to_bytes(2) + hello
    return [*_opening(), _packet(_PSH | _ACK, 1001, 5001, record)]


def _packet(
    flags: int, seq: int, ack: int, payload: bytes = b"", *, options: bytes = b"",
    by_client: bool = True,
) -> bytes:  # fmt: skip
    """A packet of the first connection."""
    ports, ends = (_FIRST_PORT, 443), (_CLIENT, _SERVER)
    if not by_client:
        ports, ends = ports[::-1], ends[::-1]
    offset = (20 + len(options)) // 4 << 4
    tcp = struct.pack(">HHIIBBHHH", *ports, seq, ack, offset, flags, 64240, 0, 0)
    tcp += options + payload
    head = struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(tcp), 0, 0x4000, 64, 6, 0)
    return bytes(6) + b"\x02\0\0\0\0\x01\x08\0" + head + b"".join(ends) + tcp


if __name__ == "__main__":
    main()
