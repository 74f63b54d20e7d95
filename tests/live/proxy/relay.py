"""Proxies on loopback for tests: scripted ones, honest ones, and one that speaks NTLM and Negotiate."""

import asyncio
import base64
import contextlib
import itertools
import re
import tempfile
import time
from collections.abc import AsyncIterator, Iterable
from pathlib import Path

import pytest
import spnego
from msgspec.structs import replace

from tests.live.loopback import PATIENCE, Peer, serve
from tlsprobe.handshake.transcript import Ending
from tlsprobe.live.dial import Arrived, Connection, Ended
from tlsprobe.live.proxy.dial import ProxyDial
from tlsprobe.live.tcp import TcpDial
from tlsprobe.model.observation import Failure, FailureKind, Timings
from tlsprobe.model.route import Proxy
from tlsprobe.store.proxy_url import parse_proxy

HOST, PORT = "login.example", 443
OPEN = b"HTTP/1.1 200 Connection established\r\n\r\n"
LOGIN = "CORP%5Canna:horse%20battery"
BASIC = "Basic " + base64.b64encode(b"CORP\\anna:horse battery").decode()
IMPOSSIBLE = (
    (("Basic",), "", FailureKind.LOGIN_REQUIRED),
    (("Digest x=y",), LOGIN, FailureKind.LOGIN_UNSUPPORTED),
    (("Basic",), ":", FailureKind.LOGIN_UNSUPPORTED),
)
"""What a proxy offers, the login that is given, and the failure: none was given; none of the kinds is
spoken; the current user has no password to tell."""
FETCHED = b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nlist"


def proxy_at(peer: Peer, scheme: str = "http", login: str = "") -> Proxy:
    """The proxy that listens there."""
    at = f"{login}@" if login else ""
    return parse_proxy(f"{scheme}://{at}{peer.host}:{peer.port}", source="test")


def dial_at(peer: Peer, scheme: str = "http", login: str = "") -> ProxyDial:
    """The dial through it."""
    return ProxyDial(TcpDial(), proxy_at(peer, scheme, login))


async def reach(dial: ProxyDial, host: str = HOST, seconds: float = PATIENCE) -> "Outcome":
    """What comes of connecting to `host`; only a test that waits for it meets the deadline."""
    return await dial.connect(host, PORT, dial.clock() + seconds)


Outcome = Connection | Failure


async def head_of(reader: asyncio.StreamReader) -> str:
    """The head of one request."""
    return (await reader.readuntil(b"\r\n\r\n")).decode()


def authorization(head: str) -> str | None:
    """What stands in Proxy-Authorization."""
    found = re.search(r"(?im)^proxy-authorization: (.*)\r$", head)
    return found[1] if found else None


def answering(*answers: bytes, close: bool = False):
    """A script that gives one answer after the other to as many requests."""

    async def script(reader, writer):
        with contextlib.suppress(asyncio.IncompleteReadError):  # the client has given up
            for answer in answers:
                await head_of(reader)
                writer.write(answer)
        if close:
            writer.write_eof()

    return script


def refusing(*schemes: str, page: bytes = b"") -> bytes:
    """A 407 that asks for one of these."""
    lines = [f"Proxy-Authenticate: {scheme}\r\n" for scheme in schemes]
    head = f"HTTP/1.1 407 Login, please\r\n{''.join(lines)}Content-Length: {len(page)}\r\n\r\n"
    return head.encode() + page


async def relay(reader, writer, peer: Peer) -> None:
    """Pass on what either side says, until one of them has ended."""
    inner_reader, inner_writer = await asyncio.open_connection(peer.host, peer.port)

    async def pump(source, sink) -> None:
        with contextlib.suppress(ConnectionError):
            while data := await source.read(65536):
                sink.write(data)
        with contextlib.suppress(OSError):
            if sink.can_write_eof():
                sink.write_eof()

    await asyncio.gather(pump(reader, inner_writer), pump(inner_reader, writer))
    inner_writer.transport.abort()


def leading_to(peer: Peer, asked: list[str]):
    """A script of a proxy that connects everybody to `peer`, and notes what he asked for."""

    async def script(reader, writer):
        asked.append(await head_of(reader))
        writer.write(OPEN)
        await relay(reader, writer, peer)

    return script


@contextlib.asynccontextmanager
async def spnego_proxy(scheme: str, logins: dict[str, str], seen: list[str]) -> AsyncIterator[Peer]:
    """A proxy that verifies logins by NTLM or Negotiate, and says `open` or `list` to who is let through.

    `seen` takes the user of each login that was verified.
    """
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        store = Path(folder) / "logins"
        patch.setenv("NTLM_USER_FILE", str(store))
        store.write_text("".join(f"{user}:{word}\n" for user, word in logins.items()))

        async def script(reader, writer):
            with contextlib.suppress(asyncio.IncompleteReadError):  # the client has given up
                await judge(reader, writer)

        async def judge(reader, writer):
            context = spnego.server(protocol=scheme.lower())
            while True:
                head = await head_of(reader)
                given = authorization(head) or ""
                kind, _, token = given.partition(" ")
                if kind.lower() != scheme.lower():
                    writer.write(refusing(scheme, page=b"<title>Who are you?</title>"))
                    continue
                try:
                    answer = context.step(base64.b64decode(token))
                except Exception:  # noqa: BLE001 - a wrong password, however the library says it
                    writer.write(refusing(scheme, page=b"<title>Wrong</title>"))
                    context = spnego.server(protocol=scheme.lower())
                    continue
                if context.complete:
                    seen.append(str(context.client_principal))
                    writer.write(OPEN + b"open" if head.startswith("CONNECT ") else FETCHED)
                    return
                more = base64.b64encode(answer or b"").decode()
                writer.write(refusing(f"{scheme} {more}"))

        async with serve(script) as peer:
            yield peer


class Spoken:
    """A connection whose peer says the same whatever it hears, in given pieces, and hangs up."""

    local = None
    timings = Timings(tcp=1.0)
    reply = None

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self._pieces = iter(pieces)
        self.sent = b""
        self.closed = False

    def send(self, data: bytes) -> bool:
        """Take it."""
        self.sent += data
        return True

    async def receive(self, deadline: float) -> Arrived | Ended:
        """The next piece."""
        piece = next(self._pieces, None)
        return Ended(Ending.CLOSED) if piece is None else Arrived(piece, 0.0)

    def close(self) -> None:
        """Note it."""
        self.closed = True


class SpokenDial:
    """A dial that always reaches a peer of that kind."""

    clock = staticmethod(time.perf_counter)

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self._pieces = list(pieces)
        self.opened: list[Spoken] = []

    async def connect(self, host: str, port: int, deadline: float) -> Spoken:
        """Another of them."""
        self.opened.append(Spoken(self._pieces))
        return self.opened[-1]


def told(proxy: str, pieces: Iterable[bytes]) -> tuple[object, bytes]:
    """What comes of a proxy that says this: the failure or the reply, and the origin's bytes."""

    async def whole() -> tuple[object, bytes]:
        inner = SpokenDial(one for one in pieces if one)
        outcome = await reach(ProxyDial(inner, parse_proxy(proxy, source="test")))
        if isinstance(outcome, Failure):
            assert all(one.closed for one in inner.opened)
            return without_times(outcome), b""
        assert not inner.opened[-1].closed
        origin = b""
        while isinstance(arrived := await outcome.receive(0.0), Arrived):
            origin += arrived.data
        return outcome.reply, origin

    return asyncio.run(whole())


def without_times(failure: Failure) -> Failure:
    """The failure without the times in its words."""
    return replace(failure, detail=re.sub(r"[0-9.]+ m?s\b", "some time", failure.detail))


def cut(data: bytes, at: Iterable[int]) -> list[bytes]:
    """The bytes in pieces."""
    edges = sorted({0, len(data), *(min(each, len(data)) for each in at)})
    return [data[a:b] for a, b in itertools.pairwise(edges)]
