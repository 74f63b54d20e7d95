"""A canary on the network: listens, and lets a `Service` speak to each client, within bounds."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress

from tlsprobe.live.canary_identity import Identity
from tlsprobe.live.canary_service import Service, Told, make_context
from tlsprobe.live.dial import join_host_port

MAX_CLIENTS = 64
"""At a time; those beyond are hung up on."""
SECONDS = 15.0
"""That one client may take, from its first byte to its last."""
_READ = 16 * 1024


@asynccontextmanager
async def serving(
    identity: Identity, *, address: str | None, port: int, told: Told
) -> AsyncGenerator[tuple[str, ...]]:
    """Listen while the block lasts; gives `address:port` of each socket. OSError where it cannot.

    `address` is an IP address; None listens at all of this machine's. `told` hears of each answer.
    """
    context = make_context(identity)
    key = identity.leaf.spki_sha256
    clients: dict[asyncio.StreamWriter, asyncio.Task[None] | None] = {}

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if len(clients) >= MAX_CLIENTS:
            writer.transport.abort()
            return
        clients[writer] = asyncio.current_task()
        try:
            service = Service(context, client=_peer(writer), key=key, told=told)
            # A client that goes, breaks off or dawdles ends its own connection and nothing else.
            with suppress(OSError, TimeoutError):
                async with asyncio.timeout(SECONDS):
                    await _speak(service, reader, writer)
        finally:
            del clients[writer]
            writer.transport.abort()

    server = await asyncio.start_server(serve, address, port)
    try:
        yield tuple(join_host_port(*one.getsockname()[:2]) for one in server.sockets)
    finally:
        server.close()
        speaking = [one for one in clients.values() if one is not None]
        for writer in clients:
            writer.transport.abort()
        await asyncio.gather(*speaking, return_exceptions=True)
        await server.wait_closed()


async def _speak(
    service: Service, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    while not service.over:
        data = await reader.read(_READ)
        if not data:
            return
        writer.write(service.receive(data))
        await writer.drain()
    # The client closes first: were it us, bytes of its that are still unread would reset the answer.
    if writer.can_write_eof():
        writer.write_eof()
    while await reader.read(_READ):
        pass


def _peer(writer: asyncio.StreamWriter) -> str:
    name = writer.get_extra_info("peername")
    return join_host_port(*name[:2]) if name else ""
