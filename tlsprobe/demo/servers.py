"""What answers in the demo: TLS servers, one that mints, and two that are no use at all."""

import asyncio
import contextlib
import socket
import ssl
import struct
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from pathlib import Path

from tlsprobe.demo.authority import Credential, Mint

LOOPBACK = "127.0.0.1"
ALPN = ["h2", "http/1.1"]

Handler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


def tls_context(folder: Path, leaf: Credential, above: Sequence[Credential]) -> ssl.SSLContext:
    """A server context that presents `leaf` and what stands above it, in this order."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.set_alpn_protocols(ALPN)
    # The ssl module loads certificates from files only.
    file = folder / f"{leaf.facts.sha256.hex()[:16]}.pem"
    file.write_bytes(leaf.key_pem + leaf.pem + b"".join(one.pem for one in above))
    context.load_cert_chain(file)
    return context


def minting_context(folder: Path, mint: Mint, authority: Credential) -> ssl.SSLContext:
    """A server context that signs whatever name it is asked for, as an interceptor does."""
    minted: dict[str, ssl.SSLContext] = {}

    def choose(tls: ssl.SSLObject, name: str | None, _: ssl.SSLContext) -> None:
        host = name or "unnamed.invalid"
        if host not in minted:
            minted[host] = tls_context(folder, mint.leaf(authority, host), [authority])
        tls.context = minted[host]

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.set_alpn_protocols(ALPN)
    context.sni_callback = choose
    return context


@contextlib.asynccontextmanager
async def tls_server(context: ssl.SSLContext) -> AsyncGenerator[int]:
    """A server that shakes hands and then waits for the client to leave; its port."""
    async with _listening(_hold, context) as port:
        yield port


@contextlib.asynccontextmanager
async def silent_server() -> AsyncGenerator[int]:
    """A server that takes connections and never says anything; its port."""
    async with _listening(_hold, None) as port:
        yield port


@contextlib.asynccontextmanager
async def resetting_server() -> AsyncGenerator[int]:
    """A server that resets every connection as soon as the hello comes; its port."""
    async with _listening(_reset, None) as port:
        yield port


async def _hold(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while await reader.read(4096):
            pass
    writer.close()


async def _reset(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        await reader.read(1)
    taken: socket.socket = writer.get_extra_info("socket")
    # Lingering for no time at all turns the close into a reset.
    taken.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


@contextlib.asynccontextmanager
async def _listening(handler: Handler, context: ssl.SSLContext | None) -> AsyncGenerator[int]:
    connections: set[asyncio.StreamWriter] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connections.add(writer)
        await handler(reader, writer)
        connections.discard(writer)

    server = await asyncio.start_server(serve, LOOPBACK, 0, ssl=context)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for writer in connections:
            writer.transport.abort()
        await server.wait_closed()
