"""A service on loopback for surveys: names of a pack, each with what answers in its place.

Every name gets a port of its own, so a pack that is written for the stage asks them as it would ask a
service; the system's resolver is told that all of them are here.
"""

import asyncio
import contextlib
import os
import socket
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

from tests.live.loopback import serve
from tlsprobe.asking import Settings, When, World
from tlsprobe.certs.trust import KnownCA, TrustStore
from tlsprobe.demo.authority import Credential, Mint
from tlsprobe.demo.servers import (
    LOOPBACK,
    minting_context,
    resetting_server,
    silent_server,
    tls_context,
    tls_server,
)
from tlsprobe.hello import templates
from tlsprobe.live.limits import Limits
from tlsprobe.live.tcp import TcpDial
from tlsprobe.model.pack import Effect, Endpoint, Feature, Pack, Source
from tlsprobe.model.planning import plan
from tlsprobe.model.reference import Expectation, Expectations, Reference
from tlsprobe.model.survey import Plan, Survey
from tlsprobe.store.host_names import host_name
from tlsprobe.survey import survey

SECONDS = 3.0
SOURCE = Source(
    name="page", title="What Example Sync needs", url="https://docs.example.com/sync",
    as_of=date(2026, 5, 26),
)  # fmt: skip
SYNC = Feature(name="sync", title="Sync", breaks="changes no longer reach the cloud")
AGENT = Feature(name="agent", title="Agent", breaks="the agent shows as inactive")


def endpoint(host: str, **changes: object) -> Endpoint:
    """An endpoint of a pack that is required for `SYNC`."""
    usual = {"host": host, "features": ("sync",), "sources": (SOURCE,)}
    return Endpoint(**{**usual, **changes})


def pack(*endpoints: Endpoint, effects: Sequence[Effect] = (), **changes: object) -> Pack:
    """A pack with two features."""
    usual = {
        "name": "example-sync", "title": "Example Sync", "as_of": date(2026, 11, 22),
        "place": "example-sync.toml", "features": (SYNC, AGENT), "sources": (SOURCE,),
        "effects": tuple(effects), "endpoints": endpoints,
    }  # fmt: skip
    return Pack(**{**usual, **changes})


def planned(*endpoints: Endpoint, **options: object) -> Plan:
    """A plan for a pack of these endpoints."""
    return plan(pack(*endpoints), **{"values": {}, "host_name": host_name, **options})


async def plain_http(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """What a server of revocation lists says to somebody who asks for nothing in particular."""
    await reader.readuntil(b"\r\n\r\n")
    writer.write(b"HTTP/1.1 404 Not Found\r\nServer: lists\r\nContent-Length: 0\r\n\r\n")
    writer.write_eof()


async def block_page(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Somebody who speaks no HTTP."""
    await reader.read(1)
    writer.write(b"go away\r\n\r\n")
    writer.write_eof()


@dataclass(kw_only=True)
class Stage:
    """What can answer, and who is known."""

    folder: Path
    mint: Mint = field(default_factory=lambda: Mint(datetime.now(UTC), os.urandom))
    root: Credential = field(init=False)
    issuing: Credential = field(init=False)
    box: Credential = field(init=False)

    def __post_init__(self) -> None:
        """Make the authorities."""
        self.root = self.mint.root("Stage Public Root", "Stage Trust Services")
        self.issuing = self.mint.intermediate(self.root, "Stage Issuing CA", "Stage Trust Services")
        self.box = self.mint.root("Corporate Proxy CA", "Example Corporation")

    def answering(self, how: str, host: str) -> contextlib.AbstractAsyncContextManager[int]:
        """A server that answers so; its port."""
        ways: dict[str, Callable[[], contextlib.AbstractAsyncContextManager[int]]] = {
            "origin": lambda: tls_server(
                tls_context(self.folder, self.mint.leaf(self.issuing, host), [self.issuing])
            ),
            "alone": lambda: tls_server(
                tls_context(self.folder, self.mint.leaf(self.issuing, host), [])
            ),
            "box": lambda: tls_server(minting_context(self.folder, self.mint, self.box)),
            "silence": silent_server,
            "reset": resetting_server,
            "http": lambda: _port(plain_http),
            "no-http": lambda: _port(block_page),
        }
        return ways[how]()

    def reference(self, *hosts: str) -> Reference:
        """Each host has an owner of its own, and public CAs sign for all of them."""
        public = TrustStore(
            name="public", origin="stage",
            cas=tuple(
                KnownCA.of(one.facts, root=one is self.root, origin="stage")
                for one in (self.root, self.issuing)
            ),
        )  # fmt: skip
        now = datetime.now(UTC)
        expected = [
            Expectation(names=(host,), owner=f"Owner of {host}", as_of=now.date(), origin="stage")
            for host in hosts
        ]
        return Reference(as_of=now, public=public, expectations=Expectations(expected))


@contextlib.asynccontextmanager
async def _port(script) -> AsyncIterator[int]:
    async with serve(script) as peer:
        yield peer.port


async def asked(
    stage: Stage, answers: dict[str, str], make: Callable[[dict[str, int]], Plan], **options: object
) -> Survey:
    """A survey of hosts that answer in these ways; `make` gets the port of each for its plan."""
    async with contextlib.AsyncExitStack() as running:
        ports = {
            host: await running.enter_async_context(stage.answering(how, host))
            for host, how in answers.items()
        }
        settings = Settings(
            template=templates.load(),
            reference=stage.reference(*answers),
            second_opinion=When.NEVER,
            other_names=When.NEVER,
            limits=Limits.within(SECONDS),
        )
        world = World(dial=TcpDial(), now=lambda: datetime.now(UTC), entropy=os.urandom)
        return await survey(make(ports), settings, world, **{"concurrency": 64, **options})


def resolving_here(monkeypatch, *absent: str) -> None:
    """Let every name be on loopback, but for those that have no address."""

    def answer(host, *_, **__):
        if host in absent:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (LOOPBACK, 0))]

    monkeypatch.setattr(socket, "getaddrinfo", answer)
