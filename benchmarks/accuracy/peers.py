"""A scenario that a TLS server on loopback plays: it presents a chain, in one way or another."""

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from itertools import cycle
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from benchmarks.accuracy.judging import Knowledge, ask, seen
from benchmarks.accuracy.scenario import Place, Seen, Stage
from benchmarks.accuracy.workshop import (
    CLOUD,
    NOW,
    PUBLIC_CAS,
    PUBLIC_ROOTS,
    Presented,
    encoded,
    minted,
    owner,
    write_pem,
)
from fixtures.chains.authority import Issuer
from tlsprobe.asking import ProbeRequest
from tlsprobe.demo.servers import ALPN, LOOPBACK, resetting_server, silent_server, tls_server
from tlsprobe.model.report import Report

NO_EXTENDED_MASTER_SECRET = 1
"""SSL_OP_NO_EXTENDED_MASTER_SECRET of OpenSSL 3, which Python does not name."""

Server = Callable[[], contextlib.AbstractAsyncContextManager[int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Peer:
    """A server, what the asker knows beforehand, and how he asks."""

    presents: Presented | Callable[[str], Presented]
    """What it presents; a box makes it for the name that it is asked for."""
    in_turn: tuple[Presented, ...] = ()
    """What it presents to the next connections, and then from the start again: a fleet."""
    to_openssl: Presented | None = None
    """What it presents to OpenSSL's own hello: a box that decides by its look."""
    also: Presented | None = None
    """Another identity, for clients that prefer its kind of key."""
    variant: str = ""
    host: str = CLOUD
    versions: tuple[ssl.TLSVersion, ssl.TLSVersion] = (
        ssl.TLSVersion.TLSv1_2,
        ssl.TLSVersion.TLSv1_3,
    )
    curve: str | None = None
    """The only group that it takes; another than the first offered makes TLS 1.3 ask again."""
    extended_master_secret: bool = True
    asks_for_client_certificate: bool = False
    instead: Server | None = None
    """What answers in the place of TLS."""
    public: tuple[x509.Certificate, ...] = PUBLIC_ROOTS
    """What `--ca-file` gives."""
    machine: tuple[x509.Certificate, ...] = PUBLIC_ROOTS
    """What the machine's own store holds."""
    reference: str = ""
    """A reference file of the user's, in TOML; not used without a reference."""
    pins: tuple[str, ...] = ()
    clock_off: timedelta = timedelta(0)
    """How far the asker's clock is ahead."""
    hello: str = "probe"
    elsewhere: Presented | None = None
    """What another place sees; None: the same, or the owner's where a box makes it up."""

    @property
    def place(self) -> Place:
        """It needs nothing."""
        return Place.HERE

    def run(self, stage: Stage) -> Seen:
        """Ask the server as `tlsprobe probe` does."""
        now = NOW + self.clock_off
        know = self._knowledge(stage.folder, now)
        there = self.elsewhere or (owner(self.host) if callable(self.presents) else self.presents)
        return seen(
            asyncio.run(self._ask(stage.folder, know, now)),
            public=encoded(self.public),
            machine=encoded(self.machine),
            elsewhere=there.leaf,
        )

    def _knowledge(self, folder: Path, now: datetime) -> Knowledge:
        files: tuple[Path, ...] = ()
        if self.reference:
            file = folder / "reference.toml"
            file.write_text(self.reference)
            files = (file,)
        return Knowledge.of(
            now=now,
            ca_files=[write_pem(folder / "public.pem", self.public)],
            listed=[write_pem(folder / "listed.pem", PUBLIC_CAS)],
            os_store=write_pem(folder / "machine.pem", self.machine),
            files=files,
            pins=self.pins,
        )

    async def _ask(self, folder: Path, know: Knowledge, now: datetime) -> tuple[Report, Report]:
        by_address = self.host == LOOPBACK
        async with self._answering(folder) as port:
            request = ProbeRequest(
                host=self.host, port=port, sni=None if by_address else self.host, address=LOOPBACK
            )
            reports = await ask(request, know, hello=self.hello, now=lambda: now)
        # The server's side of each connection ends a few turns of the loop later.
        others = asyncio.all_tasks() - {asyncio.current_task()}
        await asyncio.gather(*others, return_exceptions=True)
        return reports

    @contextlib.asynccontextmanager
    async def _answering(self, folder: Path) -> AsyncIterator[int]:
        server = self.instead or (lambda: tls_server(self._context(folder)))
        async with contextlib.AsyncExitStack() as stack:
            port = await stack.enter_async_context(server())
            if self.to_openssl is not None:
                other = tls_server(self._identity(folder, self.to_openssl))
                port = await stack.enter_async_context(
                    by_hello(await stack.enter_async_context(other), port)
                )
            yield port

    def _context(self, folder: Path) -> ssl.SSLContext:
        """One that chooses for each connection: a box by the name, a fleet by whose turn it is."""
        first = self.presents
        if not callable(first) and not self.in_turn:
            return self._identity(folder, first)
        turns = cycle([] if callable(first) else [first, *self.in_turn])

        def choose(tls: ssl.SSLObject, name: str | None, _: ssl.SSLContext) -> None:
            presented = first(name or self.host) if callable(first) else next(turns)
            tls.context = self._identity(folder, presented)

        context = self._plain()
        context.sni_callback = choose
        return context

    def _identity(self, folder: Path, presented: Presented) -> ssl.SSLContext:
        context = self._plain()
        for who in (presented, *([self.also] if self.also else [])):
            context.load_cert_chain(_identity_file(folder, who))
        if self.asks_for_client_certificate:
            context.verify_mode = ssl.CERT_OPTIONAL
            context.load_verify_locations(write_pem(folder / "clients.pem", self.public))
        return context

    def _plain(self) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version, context.maximum_version = self.versions
        context.set_alpn_protocols(ALPN)
        if self.curve is not None:
            context.set_ecdh_curve(self.curve)
        if not self.extended_master_secret:
            context.options |= NO_EXTENDED_MASTER_SECRET
        return context


def box(
    who: Issuer,
    *,
    host: str = CLOUD,
    trusted: x509.Certificate | None = None,
    variant: str = "",
    reference: str = "",
    days: float = 90,
    one_key: bool = False,
    above: tuple[x509.Certificate, ...] | None = None,
) -> Peer:
    """A box that mints for whatever name it is asked for, with `who` for its CA.

    The machine trusts `trusted`, where that is given. The rest is as in `Peer` and `minted`.
    """
    return Peer(
        presents=lambda name: minted(name, who, days=days, one_key=one_key, above=above),
        host=host,
        machine=(*PUBLIC_ROOTS, *([trusted] if trusted else [])),
        variant=variant,
        reference=reference,
    )


OPENSSLS_SUITES = bytes.fromhex("130213031301")
"""Those of TLS 1.3, in the order in which no other client's hello here has them."""


@contextlib.asynccontextmanager
async def by_hello(openssls: int, others: int) -> AsyncIterator[int]:
    """Passes connections on, to one port those of OpenSSL and to another the rest; its port."""

    async def passed_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            head = await reader.readexactly(5)
            record = head + await reader.readexactly(int.from_bytes(head[3:]))
            port = openssls if OPENSSLS_SUITES in record else others
            onward_reader, onward = await asyncio.open_connection(LOOPBACK, port)
            onward.write(record)
            await asyncio.gather(_pumped(reader, onward), _pumped(onward_reader, writer))
        writer.close()

    server = await asyncio.start_server(passed_on, LOOPBACK, 0)
    async with server:
        yield server.sockets[0].getsockname()[1]


async def _pumped(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while data := await reader.read(65536):
            writer.write(data)
    writer.close()


@contextlib.asynccontextmanager
async def plain_http() -> AsyncIterator[int]:
    """A portal that answers whatever comes in with a redirect in plain HTTP; its port."""

    async def redirect(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            await reader.read(1)
            writer.write(b"HTTP/1.1 302 Found\r\nLocation: http://portal.example/\r\n\r\n")
            await writer.drain()
        writer.close()

    server = await asyncio.start_server(redirect, LOOPBACK, 0)
    async with server:
        yield server.sockets[0].getsockname()[1]


SILENT: Server = silent_server
RESETTING: Server = resetting_server
PLAIN_HTTP: Server = plain_http


def _identity_file(folder: Path, who: Presented) -> Path:
    """The ssl module loads certificates from files only."""
    key = who.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    file = folder / f"{sha256(who.leaf).hexdigest()[:16]}.pem"
    file.write_bytes(key + b"".join(one.public_bytes(Encoding.PEM) for one in who.certificates))
    return file
