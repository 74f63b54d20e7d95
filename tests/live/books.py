"""A web server on loopback that hands out a CA's books, and counts what it is asked."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

from tests.live.loopback import Peer, serve


@dataclass
class Books:
    """Bodies by path. A path with None is never answered, one that is not there is 404."""

    pages: dict[str, bytes | None] = field(default_factory=dict)
    statuses: dict[str, int] = field(default_factory=dict)
    """Of pages that are not 200."""
    asked: list[str] = field(default_factory=list)
    """Method and path, in the order asked."""
    peer: Peer | None = None

    def at(self, path: str) -> str:
        """The URL of a path."""
        assert self.peer is not None
        return f"http://{self.peer.host}:{self.peer.port}{path}"

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One request."""
        head = await reader.readuntil(b"\r\n\r\n")
        method, path, _ = head.split(b"\r\n")[0].decode().split(" ")
        self.asked.append(f"{method} {path}")
        # What is asked by GET of OCSP stands behind the responder's path.
        page = next((one for one in self.pages if path == one or path.startswith(f"{one}/")), None)
        body = b"" if page is None else self.pages[page]
        if body is None:
            return
        status = 404 if page is None else self.statuses.get(page, 200)
        writer.write(f"HTTP/1.1 {status} X\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body)
        with contextlib.suppress(OSError):
            writer.write_eof()


@contextlib.asynccontextmanager
async def opened() -> AsyncIterator[Books]:
    """Books that can be asked; their pages are written once their address is known."""
    books = Books()
    async with serve(books.answer) as peer:
        books.peer = peer
        yield books
