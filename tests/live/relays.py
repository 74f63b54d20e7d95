"""Real peers of who asks a canary: the canary itself, whoever ends TLS before it, and impostors."""

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator, Callable

from tests.live.loopback import PATIENCE, Peer, Script, now
from tlsprobe.live.canary_identity import Identity
from tlsprobe.live.canary_server import serving

IDENTITY = Identity.new(["example.org", "127.0.0.1"], now=now())
Rewrite = Callable[[bytes], bytes]


@contextlib.asynccontextmanager
async def canary(identity: Identity = IDENTITY, told=lambda received: None) -> AsyncIterator[Peer]:
    """A canary on loopback."""
    async with serving(identity, address="127.0.0.1", port=0, told=told) as (place,):
        host, _, port = place.rpartition(":")
        yield Peer(host, int(port))


def as_sent(data: bytes) -> bytes:
    """Nothing is rewritten."""
    return data


def ends_tls(
    context: ssl.SSLContext,
    upstream: Peer,
    *,
    request: Rewrite = as_sent,
    answer: Rewrite = as_sent,
    version: ssl.TLSVersion | None = None,
) -> Script:
    """A script that ends TLS under `context` and goes on to `upstream` in a session of its own."""

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        onward = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        onward.check_hostname, onward.verify_mode = False, ssl.CERT_NONE
        if version is not None:
            onward.maximum_version = version
        asked = await inside_tls(context, reader, writer)
        if asked is None:
            return
        there, back = await asyncio.open_connection(upstream.host, upstream.port, ssl=onward)
        back.write(request(asked.plain))
        answered = await there.read()
        asked.say(answer(answered))
        back.transport.abort()

    return script


def answers(context: ssl.SSLContext, *pieces: bytes, forever: bool = False) -> Script:
    """A script that says the same to whatever is asked inside TLS, the last piece without end."""

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked = await inside_tls(context, reader, writer)
        if asked is None:
            return
        for piece in pieces:
            asked.say(piece, last=False)
        while forever and not writer.is_closing():
            asked.say(pieces[-1], last=False)
            await writer.drain()
        asked.say(b"")

    return script


class Inside:
    """A session of TLS in which one request came."""

    def __init__(self, tls: ssl.SSLObject, outgoing: ssl.MemoryBIO, writer, plain: bytes) -> None:
        self._tls, self._outgoing, self._writer = tls, outgoing, writer
        self.plain = plain

    def say(self, data: bytes, *, last: bool = True) -> None:
        """Say something, and that nothing follows."""
        if data:
            self._tls.write(data)
        if last:
            with contextlib.suppress(ssl.SSLError):
                self._tls.unwrap()
        self._writer.write(self._outgoing.read())


async def inside_tls(
    context: ssl.SSLContext, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> Inside | None:
    """Shake hands and take what is asked; None where nothing is, as from who hangs up before."""
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    tls = context.wrap_bio(incoming, outgoing, server_side=True)
    shaken = False
    while True:
        try:
            if not shaken:
                tls.do_handshake()
                shaken = True
            plain = tls.read(65536)
            return Inside(tls, outgoing, writer, plain) if plain else None
        except ssl.SSLWantReadError:
            pass
        except ssl.SSLError:
            return None
        writer.write(outgoing.read())
        async with asyncio.timeout(PATIENCE):
            data = await reader.read(65536)
        if not data:
            return None
        incoming.write(data)
