# pyright: basic
# ruff: noqa: PLC0415
"""Hellos in scapy's layers: built from specs, and taken from captures.

The one file of the package that knows scapy, and only inside its functions: importing scapy's TLS
layers takes half a second, which no common command must pay. `python -m tlsprobe.hello.craft`
rewrites the templates of `tlsprobe.hello.templates`.
"""

import gzip
import zlib
from collections import deque
from collections.abc import Iterable, Iterator
from itertools import islice
from logging import ERROR, getLogger
from pathlib import Path
from typing import IO, BinaryIO, NamedTuple, cast

from tlsprobe.errors import DecodeError, InputError, UsageError
from tlsprobe.hello import encode, profiles
from tlsprobe.hello.retry import CHANGE_CIPHER_SPEC
from tlsprobe.hello.spec import ClientHelloSpec
from tlsprobe.hello.template import MAX_HELLO, Template
from tlsprobe.wire import extensions as ext
from tlsprobe.wire.codepoints import group_name, is_grease
from tlsprobe.wire.messages import CLIENT_HELLO
from tlsprobe.wire.records import HANDSHAKE, RecordCutter

# The name that stands in a template until it is stamped.
PLACEHOLDER_NAME = b"example.com"

# What a client's share takes in each group (RFC 8446 section 4.2.8, draft-ietf-tls-ecdhe-mlkem).
_SHARE_SIZES = {
    0x0017: 65, 0x0018: 97, 0x0019: 133, 0x001D: 32, 0x001E: 56, 0x0100: 256, 0x0101: 384,
    0x11EB: 65 + 1184, 0x11EC: 1184 + 32, 0x11ED: 97 + 1568,
}  # fmt: skip

# The segments of a hello leave a client together: only other flows of a busy link stand between.
LOOKED_AHEAD = 10_000
LOOKED_BACK = 1_000


def build(spec: ClientHelloSpec) -> bytes:
    """The hello of `spec` in its record, with zeros where a connection's own values come.

    Raises `UsageError` for a key share of a group whose size is not known.
    """
    record = _build(spec, 0)
    if spec.pad_to is None:
        return record
    return _build(spec, max(1, spec.pad_to - len(record) + 5))


def write_templates() -> None:
    """Build every profile and write it where `templates.load` finds it."""
    folder = Path(__file__).parent / "templates"
    for name, spec in profiles.PROFILES.items():
        lines = build(spec).hex("\n", 48)
        (folder / f"{name}.hex").write_text(lines + "\n", "ascii")


def hello_of_capture(path: str, frame: int) -> bytes:
    """The ClientHello that begins in the 1-based packet `frame` of a pcap or pcapng file.

    A later packet of the hello will do as well, since Wireshark shows a hello at its last one. The
    TCP flow is followed until the hello is whole; retransmitted and disordered segments are sorted
    out, IP fragments are not put together. Gives handshake records that hold the hello alone.
    Raises `InputError` where the file, the packet or the hello is not there, or the hello is
    malformed or cut.
    """
    packets = _packets(path)
    recent: deque[_Packet] = deque(maxlen=LOOKED_BACK)
    count, packet = 0, None
    for count, packet in enumerate(packets, 1):
        if count == frame:
            break
        recent.append(packet)
    if packet is None or count != frame:
        raise InputError(path, f"there is no frame {frame}: the capture has {count}")
    first = _tcp_segment(packet)
    if first is None or not first.data:
        raise InputError(path, f"frame {frame} holds no TCP data, expected a ClientHello")
    try:
        record = _assemble(first, recent, packets)
        if record is not None:
            Template.parse(record, profile=path)
            return record
    except DecodeError as error:
        message = f"frame {frame} holds no ClientHello that can be used: {error}"
        raise InputError(path, message) from error
    raise InputError(path, f"the ClientHello of frame {frame} is not complete")


class _Packet(NamedTuple):
    """A packet as the file holds it."""

    link_type: int
    data: bytes


class _Segment(NamedTuple):
    """TCP data of one packet."""

    flow: tuple[str, int, str, int]
    sequence: int
    data: bytes

    @property
    def begins_hello(self) -> bool:
        """Whether this looks like the start of a ClientHello's record."""
        return self.data[:1] == bytes((HANDSHAKE,)) and self.data[5:6] in (b"", b"\x01")


def _assemble(
    first: _Segment, recent: Iterable[_Packet], following: Iterable[_Packet]
) -> bytes | None:
    """The hello that `first` is a part of, None where its end is not found."""
    start, waiting = first, {}
    if not first.begins_hello:
        earlier = list(_flow(first, recent))
        start = next((one for one in reversed(earlier) if one.begins_hello), first)
        waiting = {_offset(start, one): one.data for one in (*earlier, first)}
    stream = _joined(start.data, waiting)
    record = _whole_hello(stream)
    for segment in _flow(first, islice(following, LOOKED_AHEAD)):
        if record is not None:
            break
        offset = _offset(start, segment)
        waiting.setdefault(offset, segment.data)
        if offset <= len(stream):
            stream = _joined(stream, waiting)
            record = _whole_hello(stream)
    return record


def _flow(first: _Segment, packets: Iterable[_Packet]) -> Iterator[_Segment]:
    """The segments with data that go the way of `first`."""
    for packet in packets:
        segment = _tcp_segment(packet)
        if segment is not None and segment.flow == first.flow and segment.data:
            yield segment


def _offset(start: _Segment, segment: _Segment) -> int:
    """Where a segment's data lies in the stream; huge for what came before it."""
    return (segment.sequence - start.sequence) % 2**32


def _joined(stream: bytes, waiting: dict[int, bytes]) -> bytes:
    """The stream, longer by the waiting segments that reach beyond its end; bytes seen first win."""
    for offset in sorted(waiting):
        data = waiting[offset]
        if offset <= len(stream) < offset + len(data):
            stream += data[len(stream) - offset :]
    return stream


def _whole_hello(stream: bytes) -> bytes | None:
    """The hello at the start of a stream in records of its own; None while it is not whole.

    Raises `DecodeError` for a stream that does not begin with one.
    """
    cutter = RecordCutter()
    message, version = b"", 0
    for record in cutter.feed(stream):
        if record.content_type != HANDSHAKE:
            raise DecodeError("a record is no handshake record", 0)
        version = version or record.version
        message += record.fragment
        if message and message[0] != CLIENT_HELLO:
            raise DecodeError("the handshake message is no ClientHello", 0)
        size = 4 + int.from_bytes(message[1:4])
        if len(message) >= 4 and size <= len(message):
            return encode.records(message[:size], version)
    if cutter.garbage is not None:
        raise DecodeError("no TLS record", 0)
    if len(stream) > MAX_HELLO:
        raise DecodeError(f"the hello is longer than {MAX_HELLO} bytes", 0)
    return None


def _packets(path: str) -> Iterator[_Packet]:
    """What the file holds; `InputError` where it cannot be read or is no capture."""
    from scapy.error import Scapy_Exception
    from scapy.utils import RawPcapReader

    # It would tell on stderr that a capture is cut, and of key logs that nobody asks for.
    getLogger("scapy").setLevel(ERROR)
    try:
        with Path(path).open("rb") as file:
            reader = RawPcapReader(_unpacked(file))
            for data, metadata in reader:
                # pcapng names it for each packet, pcap once.
                link_type = getattr(metadata, "linktype", None)
                yield _Packet(reader.linktype if link_type is None else link_type, data)
    except (Scapy_Exception, EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise InputError(path, "expected a capture (pcap or pcapng)") from error
    except OSError as error:
        raise InputError(path, error.strerror or "cannot be read") from error


def _unpacked(file: BinaryIO) -> IO[bytes]:
    """The file itself, or what it holds where it is gzip's."""
    packed = file.read(2) == b"\x1f\x8b"
    file.seek(0)
    return cast("IO[bytes]", gzip.GzipFile(fileobj=file)) if packed else file


def _tcp_segment(packet: _Packet) -> _Segment | None:
    # The imports besides those used register link types and tunnels.
    from scapy.config import conf
    from scapy.contrib import geneve, mpls  # noqa: F401
    from scapy.layers import l2, ppp, vxlan  # noqa: F401
    from scapy.layers.inet import IP, TCP
    from scapy.layers.inet6 import IPv6

    try:
        tcp = conf.l2types.num2layer[packet.link_type](packet.data).getlayer(TCP)
    except Exception:  # noqa: BLE001 - over hostile bytes a dissector may raise anything
        return None
    if tcp is None or not tcp.dataofs:
        return None
    below = tcp.underlayer
    while below is not None and not isinstance(below, IP | IPv6):
        below = below.underlayer
    if below is None:
        return None
    # As captured: a port may be bound to a layer that would build other bytes than it read.
    payload = tcp.original[tcp.dataofs * 4 :]
    # A second hello comes behind it.
    skipped = len(CHANGE_CIPHER_SPEC) if payload.startswith(CHANGE_CIPHER_SPEC) else 0
    flow = (below.src, tcp.sport, below.dst, tcp.dport)
    return _Segment(flow, tcp.seq + skipped, payload[skipped:])


def _build(spec: ClientHelloSpec, padding: int) -> bytes:
    from scapy.layers.tls.extensions import TLS_Ext_Unknown
    from scapy.layers.tls.handshake import TLSClientHello
    from scapy.layers.tls.record import TLS

    layers = _layers(spec, padding)
    hello = TLSClientHello(
        version=spec.legacy_version,
        gmt_unix_time=0,
        random_bytes=bytes(28),
        sid=bytes(spec.session_id_size),
        ciphers=list(spec.cipher_suites),
        comp=[0],
        ext=[layers.get(code, TLS_Ext_Unknown(type=code)) for code in spec.extension_order],
    )
    return bytes(TLS(type=HANDSHAKE, version=spec.record_version, msg=[hello]))


def _layers(spec: ClientHelloSpec, padding: int) -> dict[int, object]:
    """The scapy layer of every extension that has a body, sent or not."""
    from scapy.layers.tls import extensions as tls
    from scapy.layers.tls.keyexchange_tls13 import KeyShareEntry, TLS_Ext_KeyShare_CH

    shares = [
        KeyShareEntry(group=group, key_exchange=bytes(_share_size(group)))
        for group in spec.key_shares
    ]
    compression = b"".join(code.to_bytes(2) for code in spec.compress_certificate)
    layers = (
        tls.TLS_Ext_ServerName(servernames=[tls.ServerName(servername=PLACEHOLDER_NAME)]),
        # OCSP, no responder ids, no request extensions (RFC 6066 section 8).
        tls.TLS_Ext_CSR(stype=1, req=[bytes(4)]),
        tls.TLS_Ext_SupportedGroups(groups=list(spec.groups)),
        tls.TLS_Ext_SupportedPointFormat(ecpl=list(spec.point_formats)),
        tls.TLS_Ext_SignatureAlgorithms(sig_algs=list(spec.signature_schemes)),
        tls.TLS_Ext_ALPN(protocols=[tls.ProtocolName(protocol=name) for name in spec.alpn]),
        tls.TLS_Ext_Padding(padding=bytes(padding)),
        tls.TLS_Ext_Unknown(
            type=ext.COMPRESS_CERTIFICATE, val=bytes((len(compression),)) + compression
        ),
        tls.TLS_Ext_SupportedVersion_CH(versions=list(spec.versions)),
        tls.TLS_Ext_PSKKeyExchangeModes(kxmodes=list(spec.psk_modes)),
        TLS_Ext_KeyShare_CH(client_shares=shares),
        tls.TLS_Ext_RenegotiationInfo(),
        *(tls.TLS_Ext_Unknown(type=given.code, val=given.body) for given in spec.extra),
    )
    return {layer.type: layer for layer in layers}


def _share_size(group: int) -> int:
    # BoringSSL's GREASE share is one byte.
    size = 1 if is_grease(group) else _SHARE_SIZES.get(group)
    if size is None:
        raise UsageError(f"key share of group {group_name(group)}: its size is not known")
    return size


if __name__ == "__main__":
    write_templates()
