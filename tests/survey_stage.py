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

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from msgspec.structs import replace

from tests.live.loopback import serve
from tests.revoking import revocation_list
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
from tlsprobe.live.http_fetch import Way as HttpWay
from tlsprobe.live.limits import Limits
from tlsprobe.live.revocation import HttpLookups
from tlsprobe.live.tcp import TcpDial
from tlsprobe.model.pack import Effect, Endpoint, Feature, Pack, Source
from tlsprobe.model.planning import plan
from tlsprobe.model.reference import Expectation, Expectations, Reference
from tlsprobe.model.survey import Plan, Survey
from tlsprobe.store.host_names import host_name
from tlsprobe.survey import survey

SECONDS = 3.0
LIST = "/ca.crl"
PORTAL = "wifi.hotel.example"
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


async def list_server(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """A server that has one list, and nothing else."""
    head = await reader.readuntil(b"\r\n\r\n")
    if not head.startswith(f"GET {LIST} ".encode()):
        writer.write(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
        return
    listed = revocation_list()
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(listed) + listed)


async def portal(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """A captive portal, whose page is under a name that anybody may have."""
    await reader.readuntil(b"\r\n\r\n")
    writer.write(
        b"HTTP/1.1 302 Found\r\nLocation: https://wifi.example/login\r\nContent-Length: 0\r\n\r\n"
    )


async def portal_page(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """The same where the page is plain HTTP: who follows gets it, with status 200."""
    head = await reader.readuntil(b"\r\n\r\n")
    if head.startswith(b"GET /login "):
        await _page(writer, b"Please log in")
        return
    port = writer.get_extra_info("sockname")[1]
    onward = f"http://{PORTAL}:{port}/login"
    writer.write(f"HTTP/1.1 302 Found\r\nLocation: {onward}\r\nContent-Length: 0\r\n\r\n".encode())


async def filter_page(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """A web filter that says no, with status 200."""
    await reader.readuntil(b"\r\n\r\n")
    await _page(writer, b"Access denied")


async def _page(writer: asyncio.StreamWriter, title: bytes) -> None:
    body = b"<html><title>" + title + b"</title></html>"
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n"
    writer.write(head % len(body) + body)


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
    portal: Credential = field(init=False)
    ports: dict[str, int] = field(default_factory=dict)
    """Of the hosts that answer already."""

    def __post_init__(self) -> None:
        """Make the authorities."""
        self.root = self.mint.root("Stage Public Root", "Stage Trust Services")
        self.issuing = self.mint.intermediate(self.root, "Stage Issuing CA", "Stage Trust Services")
        self.box = self.mint.root("Corporate Proxy CA", "Example Corporation")
        self.portal = self.mint.root(PORTAL, "Example Hotel")

    def answering(self, how: str, host: str) -> contextlib.AbstractAsyncContextManager[int]:
        """A server that answers so; its port."""
        ways: dict[str, Callable[[], contextlib.AbstractAsyncContextManager[int]]] = {
            "origin": lambda: tls_server(
                tls_context(self.folder, self.mint.leaf(self.issuing, host), [self.issuing])
            ),
            "naming": lambda: tls_server(
                tls_context(self.folder, self._naming_lists(host), [self.issuing])
            ),
            "forged": lambda: tls_server(
                tls_context(self.folder, self._naming_lists(host, above=self.box), [])
            ),
            "alone": lambda: tls_server(
                tls_context(self.folder, self.mint.leaf(self.issuing, host), [])
            ),
            "box": lambda: tls_server(minting_context(self.folder, self.mint, self.box)),
            "silence": silent_server,
            "reset": resetting_server,
            "http": lambda: _port(plain_http),
            "list": lambda: _port(list_server),
            "portal": lambda: _port(portal),
            "portal-page": lambda: _port(portal_page),
            "portal-tls": lambda: tls_server(tls_context(self.folder, self.portal, [])),
            "filter-page": lambda: _port(filter_page),
            "no-http": lambda: _port(block_page),
        }
        return ways[how]()

    def _naming_lists(self, host: str, above: Credential | None = None) -> Credential:
        """A certificate that says of every host there is that it has a list."""
        above = above or self.issuing
        leaf = self.mint.leaf(above, host)
        points = [
            x509.DistributionPoint(
                [x509.UniformResourceIdentifier(f"http://{one}:{port}{LIST}")], None, None, None
            )
            for one, port in self.ports.items()
        ]
        made = leaf.certificate
        builder = x509.CertificateBuilder(
            made.issuer, made.subject, made.public_key(), made.serial_number,
            made.not_valid_before_utc, made.not_valid_after_utc, list(made.extensions),
        ).add_extension(x509.CRLDistributionPoints(points), critical=False)  # fmt: skip
        return replace(leaf, certificate=builder.sign(above.key, hashes.SHA256()))

    def reference(self, *hosts: str, owner: str | None = None) -> Reference:
        """Each host has an owner of its own or all have one, and public CAs sign for all of them."""
        public = TrustStore(
            name="public", origin="stage",
            cas=tuple(
                KnownCA.of(one.facts, root=one is self.root, origin="stage")
                for one in (self.root, self.issuing)
            ),
        )  # fmt: skip
        now = datetime.now(UTC)
        expected = [
            Expectation(
                names=(host,), owner=owner or f"Owner of {host}", as_of=now.date(), origin="stage"
            )
            for host in hosts
        ]
        return Reference(as_of=now, public=public, expectations=Expectations(expected))


@contextlib.asynccontextmanager
async def _port(script) -> AsyncIterator[int]:
    async with serve(script) as peer:
        yield peer.port


async def asked(
    stage: Stage,
    answers: dict[str, str],
    make: Callable[[dict[str, int]], Plan],
    *,
    revocation: bool = False,
    owner: str | None = None,
    **options: object,
) -> Survey:
    """A survey of hosts that answer in these ways; `make` gets the port of each for its plan.

    With `revocation` the addresses that certificates name are asked too. Each host has an owner of its
    own, unless all are `owner`'s.
    """

    def now() -> datetime:
        return datetime.now(UTC)

    way = HttpWay(dial=TcpDial())
    async with contextlib.AsyncExitStack() as running:
        for host, how in answers.items():
            stage.ports[host] = await running.enter_async_context(stage.answering(how, host))
        settings = Settings(
            template=templates.load(),
            reference=stage.reference(*answers, owner=owner),
            second_opinion=When.NEVER,
            other_names=When.NEVER,
            limits=Limits.within(SECONDS),
        )
        world = World(
            dial=TcpDial(), now=now, entropy=os.urandom,
            revocation=(lambda _: HttpLookups(way, limits=settings.limits, now=now))
            if revocation
            else None,
        )  # fmt: skip
        return await survey(make(stage.ports), settings, world, **{"concurrency": 64, **options})


def resolving_here(monkeypatch, *absent: str) -> None:
    """Let every name be on loopback, but for those that have no address."""

    def answer(host, *_, **__):
        if host in absent:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (LOOPBACK, 0))]

    monkeypatch.setattr(socket, "getaddrinfo", answer)
