"""The plain dial: TCP to an IP address, on the event loop's own socket calls.

This is the hot path of a bulk run. There is no transport: between a transport, its protocol and
whoever waits for bytes lie three turns of the loop and a queue that must be bounded, and none of it
is wanted where one side waits for the other all the time. What the peer sends stays in the kernel
until it is asked for, so a flood costs no memory here. `sock_connect` and `sock_recv` exist on the
selector loops and on Windows' ProactorEventLoop alike.
"""

import asyncio
import contextlib
import socket
import time

from tlsprobe.errors import UsageError
from tlsprobe.handshake.transcript import Ending
from tlsprobe.live import failures
from tlsprobe.live.dial import TIMED_OUT, Arrived, Clock, Ended
from tlsprobe.model.observation import Failure, FailureKind, Timings
from tlsprobe.wire.ip_literals import join_host_port

READ_SIZE = 2**16
DISCARD = 9
"""A port to ask the system's routes with (RFC 863): nothing is sent there."""

SocketAddress = tuple[str, int] | tuple[str, int, int, int]


class TcpDial:
    """Connects by TCP."""

    def __init__(self, clock: Clock = time.perf_counter) -> None:
        self.clock = clock

    async def connect(self, host: str, port: int, deadline: float) -> "TcpConnection | Failure":
        """A connection to the IP address `host` (with a zone: ``fe80::1%eth0``), or why not.

        Raises `UsageError` where `host` is no IP address.
        """
        family, address = socket_address(host, port)
        if isinstance(address, OSError):
            return failures.from_connecting(address, join_host_port(host, port), 0.0)
        start = self.clock()
        limit = asyncio.timeout(deadline - start)
        try:
            sock = socket.socket(family, socket.SOCK_STREAM)
        except OSError as error:
            return failures.from_connecting(error, join_host_port(host, port), 0.0)
        try:
            sock.settimeout(0)
            async with limit:
                await asyncio.get_running_loop().sock_connect(sock, address)
            tcp = (self.clock() - start) * 1000
            return TcpConnection(sock, clock=self.clock, timings=Timings(tcp=tcp))
        except OSError as error:
            sock.close()
            elapsed = self.clock() - start
            if isinstance(error, TimeoutError) and limit.expired():
                return failures.no_connection(join_host_port(host, port), elapsed)
            return failures.from_connecting(error, join_host_port(host, port), elapsed)
        except BaseException:
            sock.close()
            raise


class TcpConnection:
    """A TCP connection over a socket that is connected and does not block."""

    __slots__ = ("_clock", "_ended", "_sock", "_unsent", "local", "segment_size", "timings")

    reply = None
    """It leads through no proxy."""

    def __init__(self, sock: socket.socket, *, clock: Clock, timings: Timings) -> None:
        self.timings = timings
        self.local: str | None = None
        self.segment_size = _segment_size(sock)
        self._sock = sock
        self._clock = clock
        self._unsent = b""
        self._ended: Ended | None = None
        # macOS refuses both on a connection that was reset meanwhile; `receive` will tell of that.
        with contextlib.suppress(OSError):
            self.local = join_host_port(*sock.getsockname()[:2])
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def send(self, data: bytes) -> bool:
        """Send, without waiting; False where the connection is found to be gone.

        What the system does not take at once goes when the answer is waited for.
        """
        if self._ended is not None:
            return False
        self._unsent += data
        try:
            self._unsent = self._unsent[self._sock.send(self._unsent) :]
        except (BlockingIOError, InterruptedError):
            pass
        except OSError as error:
            self._ended = _ended_by(error)
            return False
        return True

    async def receive(self, deadline: float) -> Arrived | Ended:
        """The next bytes, as they came, or how it ended."""
        if self._ended is not None:
            return self._ended
        remaining = deadline - self._clock()
        if remaining <= 0:
            return TIMED_OUT
        loop = asyncio.get_running_loop()
        limit = asyncio.timeout(remaining)
        try:
            async with limit:
                if self._unsent:
                    unsent, self._unsent = self._unsent, b""
                    await loop.sock_sendall(self._sock, unsent)
                data = await loop.sock_recv(self._sock, READ_SIZE)
        except OSError as error:
            if isinstance(error, TimeoutError) and limit.expired():
                return TIMED_OUT
            self._ended = _ended_by(error)
            return self._ended
        if data:
            return Arrived(data, self._clock())
        self._ended = Ended(Ending.CLOSED)
        return self._ended

    def close(self) -> None:
        """End it in order: what was sent still goes, by the system's care."""
        self._ended = self._ended or Ended(Ending.OPEN)
        self._sock.close()


def has_route(host: str) -> bool:
    """Whether this machine knows a way to the IP address `host` at all; no packet is sent."""
    family, address = socket_address(host, DISCARD)
    if isinstance(address, OSError):
        return False
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as sock:
            sock.connect(address)
    except OSError:
        return False
    return True


def _segment_size(sock: socket.socket) -> int | None:
    """What both sides and the route agreed on, options deducted; Windows does not tell."""
    option: int | None = getattr(socket, "TCP_MAXSEG", None)
    try:
        return None if option is None else sock.getsockopt(socket.IPPROTO_TCP, option)
    except OSError:
        return None


def _ended_by(error: OSError) -> Ended:
    error.__traceback__ = None  # its frames hold the connection, which holds the error
    silent = failures.kind_of(error) is FailureKind.SILENCE
    return Ended(Ending.TIMED_OUT if silent else Ending.RESET, error)


def socket_address(host: str, port: int) -> tuple[socket.AddressFamily, SocketAddress | OSError]:
    """Family and address for the socket; the system's error where the zone is none of its."""
    bare, _, zone = host.partition("%")
    family = socket.AF_INET6 if ":" in bare else socket.AF_INET
    try:
        socket.inet_pton(family, bare)
    except (OSError, ValueError):
        message = f"address {host!r}: expected an IP address such as 192.0.2.1 or 2001:db8::1"
        raise UsageError(message) from None
    if not 0 <= port <= 65535:
        raise UsageError(f"port {port}: expected a number up to 65535")
    if family == socket.AF_INET:
        return family, (bare, port)
    if not zone or zone.isdecimal():
        return family, (bare, port, 0, int(zone or 0))
    try:
        return family, (bare, port, 0, socket.if_nametoindex(zone))
    except OSError as error:
        return family, error
