"""A canary on the network: listens, and lets a `Service` speak to each client, within bounds."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

from tlsprobe.live.canary_identity import Identity
from tlsprobe.live.canary_service import Service, Told, make_context
from tlsprobe.wire.ip_literals import join_host_port

MAX_CLIENTS = 64
"""At a time; for one more, the one is hung up on that has been silent for longest."""
SECONDS = 15.0
"""That one client may take, from its first byte to its last."""
SILENCE = 5.0
"""Seconds that one may say nothing."""
_READ = 16 * 1024


@asynccontextmanager
async def serving(
    identity: Identity,
    *,
    address: str | None,
    port: int,
    told: Told,
    silence: float = SILENCE,
) -> AsyncGenerator[tuple[str, ...]]:
    """Listen while the block lasts; gives `address:port` of each socket. OSError where it cannot.

    `address` is an IP address; None listens at all of this machine's. `told` hears of each answer.
    Who says nothing for `silence` seconds is hung up on.
    """
    context = make_context(identity)
    key = identity.leaf.spki_sha256
    clients = _Clients()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        clients.add(writer, asyncio.current_task())

        async def read() -> bytes:
            async with asyncio.timeout(silence):
                data = await reader.read(_READ)
            clients.heard(writer)
            return data

        try:
            service = Service(context, client=_peer(writer), key=key, told=told)
            # A client that goes, breaks off or dawdles ends its own connection and nothing else.
            with suppress(OSError, TimeoutError):
                async with asyncio.timeout(SECONDS):
                    await _speak(service, read, writer)
        finally:
            clients.remove(writer)
            writer.transport.abort()

    server = await asyncio.start_server(serve, address, port)
    try:
        yield tuple(join_host_port(*one.getsockname()[:2]) for one in server.sockets)
    finally:
        server.close()
        await clients.hang_up_on_all()
        await server.wait_closed()


class _Clients:
    """Who is connected: those that have said nothing yet, then the others, the longest silent first."""

    __slots__ = ("_silent", "_speaking", "_tasks")

    def __init__(self) -> None:
        self._silent: dict[asyncio.StreamWriter, None] = {}
        self._speaking: dict[asyncio.StreamWriter, None] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def add(self, writer: asyncio.StreamWriter, task: asyncio.Task[None] | None) -> None:
        """Take one more, at another's cost where there are too many."""
        if len(self._silent) + len(self._speaking) >= MAX_CLIENTS:
            longest = next(iter(self._silent or self._speaking))
            self.remove(longest)
            longest.transport.abort()
        self._silent[writer] = None
        if task is not None:
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    def heard(self, writer: asyncio.StreamWriter) -> None:
        """One has said something."""
        if writer in self._silent or writer in self._speaking:
            self.remove(writer)
            self._speaking[writer] = None

    def remove(self, writer: asyncio.StreamWriter) -> None:
        """One goes, or is gone already."""
        self._silent.pop(writer, None)
        self._speaking.pop(writer, None)

    async def hang_up_on_all(self) -> None:
        """End every connection, and what is at work on it."""
        for writer in (*self._silent, *self._speaking):
            writer.transport.abort()
        await asyncio.gather(*self._tasks, return_exceptions=True)


async def _speak(
    service: Service, read: Callable[[], Awaitable[bytes]], writer: asyncio.StreamWriter
) -> None:
    while not service.over:
        data = await read()
        if not data:
            return
        writer.write(service.receive(data))
        await writer.drain()
    # The client closes first: were it us, bytes of its that are still unread would reset the answer.
    if writer.can_write_eof():
        writer.write_eof()
    while await read():
        pass


def _peer(writer: asyncio.StreamWriter) -> str:
    name = writer.get_extra_info("peername")
    return join_host_port(*name[:2]) if name else ""
