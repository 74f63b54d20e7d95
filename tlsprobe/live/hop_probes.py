"""One packet of a given TTL, and what becomes of it: a SYN, a datagram, an echo request, a hello.

Each has a socket of its own, by which the kernel tells whose answer it is. None of these functions
ends by itself where nothing comes: whoever calls them knows how long to wait, and cancels.
"""

import asyncio
import contextlib
import errno
import socket
import struct
from collections.abc import Callable, Generator

from msgspec import Struct

from tlsprobe.live import ttl
from tlsprobe.live.dial import Clock
from tlsprobe.model.hops import WHOLE_WAY, Reply, Step

FIRST_UDP_PORT = 33434
"""Where traceroute begins: nobody listens there, and firewalls know it."""
_RST_ON_CLOSE = struct.pack("ii", 1, 0)
_TLS_RECORDS = range(0x14, 0x18)
_READ = 4096
_PAYLOAD = b"tlsprobe trace".ljust(32, b".")
_AFTER_EXPIRY = 0.1
"""Seconds in which an answer may still come, once a router has dropped what was to be answered: a box
before it may have read along."""


class Way(Struct, frozen=True, kw_only=True):
    """Where packets are to go, and the clock that they are timed by."""

    address: str
    """An IP address."""
    clock: Clock

    @property
    def family(self) -> socket.AddressFamily:
        """Of the address."""
        return socket.AF_INET6 if ":" in self.address else socket.AF_INET


async def syn(way: Way, port: int, hops: int) -> Step:
    """A SYN to `port`; a connection that comes about is reset at once."""
    with _socket(way, socket.SOCK_STREAM, hops) as sock:
        started = way.clock()
        reply, error = await _connected(sock, way, port)
        return _step(way, hops, started, reply, error)


async def datagram(way: Way, hops: int) -> Step:
    """A UDP datagram to a port that nobody uses: the endpoint says that it cannot be reached."""
    with _socket(way, socket.SOCK_DGRAM, hops) as sock:
        sock.connect((way.address, FIRST_UDP_PORT + hops))
        started = way.clock()
        sock.send(_PAYLOAD)
        return await _told_or_received(sock, way, hops, started)


async def echo(way: Way, hops: int) -> Step:
    """An ICMP echo request; PermissionError where this machine lets nobody but root send it."""
    six = way.family == socket.AF_INET6
    protocol = socket.IPPROTO_ICMPV6 if six else socket.IPPROTO_ICMP
    with _socket(way, socket.SOCK_DGRAM, hops, protocol) as sock:
        sock.connect((way.address, 0))
        started = way.clock()
        # The kernel writes checksum and identifier.
        sock.send(struct.pack("!BBHHH", 128 if six else 8, 0, 0, 0, hops) + _PAYLOAD)
        return await _told_or_received(sock, way, hops, started)


async def hello(
    way: Way,
    port: int,
    hops: int,
    record: bytes,
    connected: Callable[[Step], None] = lambda _: None,
    *,
    cut: bool = True,
) -> Step:
    """A hello of that TTL over a connection that came about over the whole way.

    What is sent again keeps the TTL, so it needs a connection for each. `connected` is told how the
    connection came about. Only where it may be `cut`, see `ttl.cut_to_ttl`, the answer's own TTL is told.
    """
    with _socket(way, socket.SOCK_STREAM, WHOLE_WAY) as sock:
        started = way.clock()
        reply, error = await _connected(sock, way, port)
        opened = _step(way, WHOLE_WAY, started, reply, error)
        connected(opened)
        if reply is not Reply.ANSWERED:
            return Step(ttl=hops, reply=Reply.UNSENT)
        try:
            if cut:
                ttl.cut_to_ttl(sock)
            ttl.limit(sock, hops)
            return await _answer(sock, way, hops, record)
        finally:
            # The reset that ends it is meant to arrive.
            ttl.limit(sock, WHOLE_WAY)


async def _answer(sock: socket.socket, way: Way, hops: int, record: bytes) -> Step:
    started = way.clock()
    expired: Step | None = None
    try:
        sock.send(record)
        while True:
            async with asyncio.timeout(None if expired is None else _AFTER_EXPIRY):
                await _ready(sock, writing=False)
            ms = (way.clock() - started) * 1000
            try:
                data = sock.recv(_READ)
            except BlockingIOError:
                continue
            except OSError as error:
                if error.errno not in (errno.EHOSTUNREACH, errno.ENETUNREACH):
                    return Step(ttl=hops, reply=Reply.REFUSED, address=way.address, ms=ms)
                # The kernel says of a connection that stands what happened, but not who told.
                expired = expired or Step(ttl=hops, reply=Reply.EXPIRED, ms=ms)
                continue
            reply = Reply.ANSWERED if data[:1] and data[0] in _TLS_RECORDS else Reply.REFUSED
            return Step(
                ttl=hops, reply=reply, address=way.address, ms=ms, back_ttl=ttl.ttl_of_cut(data)
            )
    except TimeoutError:
        return expired or Step(ttl=hops, reply=Reply.SILENT)
    except OSError:
        return Step(ttl=hops, reply=Reply.UNSENT)


async def _connected(sock: socket.socket, way: Way, port: int) -> tuple[Reply, ttl.Told | None]:
    """What became of a SYN, and of whom we have it, where it was no answer in the peer's name."""
    number = sock.connect_ex((way.address, port))
    if number == errno.EINPROGRESS:
        await _ready(sock, writing=True)
        number = sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
    elif number:
        return Reply.UNSENT, None
    if not number:
        return Reply.ANSWERED, None
    error = ttl.told(sock)
    if error is not None:
        return (Reply.EXPIRED if error.expired else Reply.REJECTED), error
    if number == errno.EHOSTUNREACH:  # before Linux 5.9 it does not say who dropped the SYN
        return Reply.EXPIRED, None
    return (Reply.REFUSED if number == errno.ECONNREFUSED else Reply.SILENT), None


async def _told_or_received(sock: socket.socket, way: Way, hops: int, started: float) -> Step:
    while True:
        await _ready(sock, writing=False)
        error = ttl.told(sock)
        if error is not None:
            by_itself = error.address == way.address
            reply = Reply.EXPIRED if error.expired else Reply.REJECTED
            return _step(way, hops, started, Reply.ANSWERED if by_itself else reply, error)
        arrived = ttl.received(sock)
        if arrived is not None:
            step = _step(way, hops, started, Reply.ANSWERED, None)
            return Step(
                ttl=hops, reply=step.reply, address=step.address, ms=step.ms, back_ttl=arrived[0]
            )


def _step(way: Way, hops: int, started: float, reply: Reply, error: ttl.Told | None) -> Step:
    ended = reply in (Reply.ANSWERED, Reply.REFUSED)
    return Step(
        ttl=hops,
        reply=reply,
        address=error.address if error else way.address if ended else None,
        ms=None if reply is Reply.UNSENT else (way.clock() - started) * 1000,
        back_ttl=error.back_ttl if error else None,
    )


@contextlib.contextmanager
def _socket(
    way: Way, kind: socket.SocketKind, hops: int, protocol: int = 0
) -> Generator[socket.socket]:
    with socket.socket(way.family, kind, protocol) as sock:
        sock.settimeout(0)
        ttl.limit(sock, hops)
        ttl.listen_for_errors(sock)
        if kind == socket.SOCK_STREAM:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RST_ON_CLOSE)
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        yield sock


async def _ready(sock: socket.socket, *, writing: bool) -> None:
    """Wait until the socket has something to tell, an error included."""
    loop = asyncio.get_running_loop()
    told = loop.create_future()
    add, remove = (
        (loop.add_writer, loop.remove_writer) if writing else (loop.add_reader, loop.remove_reader)
    )

    def tell() -> None:
        if not told.done():
            told.set_result(None)

    add(sock.fileno(), tell)
    try:
        await told
    finally:
        remove(sock.fileno())
