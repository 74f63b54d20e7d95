"""Real peers on loopback: scripted ones, and TLS servers whose flights a script may cut or slow."""

import asyncio
import contextlib
import secrets
import socket
import ssl
import struct
import warnings
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest
import trustme

from tlsprobe.hello import templates
from tlsprobe.live.exchange import Exchange, exchange
from tlsprobe.live.limits import Limits
from tlsprobe.live.tcp import TcpConnection, TcpDial
from tlsprobe.model.observation import Failure

Script = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
# Only a hung test waits for it.
PATIENCE = 20.0


@dataclass
class Peer:
    """A listening server; `ended` counts the connections that its clients have ended."""

    host: str
    port: int
    greeted: asyncio.Event = field(default_factory=asyncio.Event)
    ended: int = 0


@contextlib.asynccontextmanager
async def serve(script: Script, host: str = "127.0.0.1") -> AsyncIterator[Peer]:
    """A server that plays `script` to each client, then waits for the client to leave.

    Leaving the block waits until every client has left: a socket that leaks hangs here.
    """
    peer = Peer(host, 0)
    visits: list[asyncio.Task[None] | None] = []

    async def visit(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        visits.append(asyncio.current_task())
        peer.greeted.set()
        with contextlib.suppress(ConnectionError):
            await script(reader, writer)
            while await reader.read(65536):
                pass
        peer.ended += 1
        writer.transport.abort()

    server = await asyncio.start_server(visit, host, 0)
    peer.port = server.sockets[0].getsockname()[1]
    try:
        yield peer
    finally:
        server.close()
        async with asyncio.timeout(PATIENCE):
            await asyncio.gather(*(task for task in visits if task))


def reset(writer: asyncio.StreamWriter) -> None:
    """End a connection by RST."""
    sock = writer.get_extra_info("socket")
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


class Minding:
    """What sits before a server and does something else with the hellos that it minds.

    It resets them by default; `now` and `most` count the connections at a time.
    """

    def __init__(
        self,
        honest: Script,
        minds: Callable[[bytes], bool],
        does: Callable[[asyncio.StreamWriter], None] = reset,
    ) -> None:
        self.honest = honest
        self.minds = minds
        self.does = does
        self.now = self.most = 0

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Read a hello's first bytes, then mind it or hand it on."""
        self.now += 1
        self.most = max(self.most, self.now)
        try:
            data = await reader.read(65536)
            if self.minds(data):
                self.does(writer)
                return
            onward = asyncio.StreamReader()
            onward.feed_data(data)
            pump = asyncio.ensure_future(_pump(reader, onward))
            await self.honest(onward, writer)
            await pump
        finally:
            self.now -= 1


async def _pump(source: asyncio.StreamReader, sink: asyncio.StreamReader) -> None:
    while data := await source.read(65536):
        sink.feed_data(data)
    sink.feed_eof()


async def at_once(flight: bytes, writer: asyncio.StreamWriter) -> None:
    """Deliver a flight as a server does."""
    writer.write(flight)


def speak_tls(context: ssl.SSLContext, deliver=at_once) -> Script:
    """A script that is a real TLS server; `deliver` is given its flights."""

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        tls = context.wrap_bio(incoming, outgoing, server_side=True)
        operation = tls.do_handshake
        while True:
            try:
                operation()
                operation = lambda: tls.read(65536) or None  # noqa: E731
            except ssl.SSLWantReadError:
                pass
            except ssl.SSLError:
                await deliver(outgoing.read(), writer)
                return
            if outgoing.pending:
                await deliver(outgoing.read(), writer)
                continue
            data = await reader.read(65536)
            if not data:
                return
            incoming.write(data)

    return script


def server_context(
    authority: trustme.CA,
    *,
    versions: tuple[ssl.TLSVersion, ssl.TLSVersion] | None = None,
    ciphers: str | None = None,
    curve: str | None = None,
    key_type: trustme.KeyType = trustme.KeyType.ECDSA,
) -> ssl.SSLContext:
    """A server's context for example.org."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    if versions is not None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # old versions are what is tested
            context.minimum_version, context.maximum_version = versions
    if ciphers is not None:
        context.set_ciphers(ciphers)
    if curve is not None:
        context.set_ecdh_curve(curve)
    authority.issue_cert("example.org", key_type=key_type).configure_cert(context)
    return context


def records(flight: bytes) -> list[bytes]:
    """A flight, record by record."""
    cut = []
    while flight:
        size = 5 + int.from_bytes(flight[3:5])
        cut.append(flight[:size])
        flight = flight[size:]
    return cut


def now() -> datetime:
    """The wall clock."""
    return datetime.now(UTC)


async def probe(peer: Peer, *, profile: str = "default", dial=None, **limits) -> Exchange:
    """Our hello to a peer; no test but one that waits for it meets a deadline."""
    defaults = {"connect": PATIENCE, "handshake": PATIENCE, "total": PATIENCE}
    return await exchange(
        dial or TcpDial(),
        peer.host,
        peer.port,
        templates.load(profile).stamp(server_name="example.org", entropy=secrets.token_bytes),
        limits=Limits(**{**defaults, **limits}),
        now=now,
        entropy=secrets.token_bytes,
    )


def run(test: Awaitable[None]) -> None:
    """Run a test in a loop; whatever it leaves running fails it."""

    async def whole() -> None:
        await test
        await asyncio.sleep(0)  # closed transports let go of their sockets one turn later
        left = asyncio.all_tasks() - {asyncio.current_task()}
        assert not left, f"tasks are left: {left}"

    asyncio.run(whole())


class OneAnswers(TcpDial):
    """A dial of a machine on which one address of all is answered, and the others never are."""

    async def connect(self, host: str, port: int, deadline: float) -> TcpConnection | Failure:
        """Wait, but where the address is on loopback."""
        if host != "127.0.0.1":
            await asyncio.Event().wait()
        return await super().connect(host, port, deadline)


def one_of_two_answers(monkeypatch: pytest.MonkeyPatch) -> OneAnswers:
    """From now on every name has an address that nobody answers at, and after it that of loopback."""
    found = [(10, 1, 6, "", ("2001:db8::1", 0, 0, 0)), (2, 1, 6, "", ("127.0.0.1", 0))]
    monkeypatch.setattr("socket.getaddrinfo", lambda *_, **__: found)
    return OneAnswers()


class Through:
    """A connection with another `receive`, as a proxy's would be."""

    def __init__(self, connection, receive):
        self._connection = connection
        self.receive = receive

    def __getattr__(self, name):
        """All else is the connection's."""
        return getattr(self._connection, name)
