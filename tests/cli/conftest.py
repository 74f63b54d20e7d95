import asyncio
import base64
import dataclasses
import queue
import socket
import ssl
import threading
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest
import trustme

from tests.cli.serving import listening
from tests.live.loopback import Peer
from tests.live.proxy.relay import OPEN, authorization, head_of, refusing, relay

ORGANISATION = "Pr\u00fcfstelle \u691c\u67fb"
"""Of the CA: a name for which few consoles have all the letters."""


@dataclass(frozen=True)
class Server:
    """A TLS server on loopback, for the name localhost."""

    port: int
    roots: Path
    """PEM of the CA that signed its certificate."""

    @property
    def target(self):
        """As it is typed."""
        return f"localhost:{self.port}"


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    """A server that shakes hands with whoever comes, and hangs up."""
    authority = trustme.CA(organization_name=ORGANISATION)
    roots = tmp_path_factory.mktemp("roots") / "ca.pem"
    authority.cert_pem.write_to_path(roots)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("localhost").configure_cert(context)
    with listening(context) as port:
        yield Server(port=port, roots=roots)


@dataclass(frozen=True)
class Proxy:
    """A CONNECT proxy on loopback; `asked` takes the request line of each visit, `given` its login."""

    port: int
    asked: list[str]
    given: list[str]


LOGIN = "Basic " + base64.b64encode(b"anna:correct horse").decode()


@pytest.fixture
def proxy(server):
    """A proxy that leads whoever logs in to the server, whatever name he asks for."""
    found = Proxy(port=0, asked=[], given=[])

    async def script(reader, writer):
        while True:
            head = await head_of(reader)
            found.asked.append(head.split("\r\n")[0])
            given = authorization(head)
            if given is not None:
                found.given.append(given)
            if given == LOGIN:
                break
            writer.write(refusing("Basic", page=f"<title>{given}</title>".encode()))
        writer.write(OPEN)
        await relay(reader, writer, Peer("127.0.0.1", server.port))

    async def visit(reader, writer):
        with suppress(OSError, asyncio.IncompleteReadError):
            await script(reader, writer)
        writer.transport.abort()

    async def stand():
        listening = await asyncio.start_server(visit, "127.0.0.1", 0)
        async with listening:
            standing.put((listening.sockets[0].getsockname()[1], asyncio.get_running_loop(), done))
            await done.wait()

    standing, done = queue.Queue(), asyncio.Event()
    thread = threading.Thread(target=asyncio.run, args=(stand(),), daemon=True)
    thread.start()
    port, loop, _ = standing.get(timeout=20)
    yield dataclasses.replace(found, port=port)
    loop.call_soon_threadsafe(done.set)
    thread.join(20)


@pytest.fixture(scope="session")
def closed_port():
    """A port of loopback where nothing listens."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return taken.getsockname()[1]


@pytest.fixture(scope="session")
def authority():
    """A CA of this run."""
    return trustme.CA()
