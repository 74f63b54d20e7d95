"""Scenarios that a capture shows: one that is written here, or one that others took."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cache
from itertools import count
from pathlib import Path

from cryptography import x509

from benchmarks.accuracy.judging import Knowledge, read_capture, seen
from benchmarks.accuracy.peers import Peer
from benchmarks.accuracy.scenario import Place, Seen, SkippedError, Stage
from benchmarks.accuracy.workshop import (
    CLOUD,
    NOW,
    PUBLIC_CAS,
    PUBLIC_ROOTS,
    Presented,
    encoded,
    forged,
    write_pem,
)
from fixtures.captures.connections import Segment, connection
from fixtures.captures.files import pcap
from fixtures.captures.handshakes import Server, Side, Turn, tls12, tls13
from fixtures.captures.packets import Packet, Route, ethernet, ip_packets
from fixtures.chains.authority import Issuer, ec_key
from tlsprobe.model.report import Report

CORPUS = Path(__file__).parents[3] / "shared" / "corpus" / "a"
HOME = Route(server="20.190.160.14")
"""A client that speaks to an address of the public network."""
PROXY = Route(server="192.0.2.1", server_port=3128, server_hops=64)
SPLIT = 536
"""A segment size by which a chain takes several segments."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A session that a capture shows."""

    presents: Presented
    host: str = CLOUD
    tls13: bool = False
    keys: bool = True
    """Whether its secrets are at hand, where it is TLS 1.3."""
    resumed: bool = False
    before: tuple[Turn, ...] = ()
    """What is spoken before TLS."""
    route: Route = HOME
    mss: int = 1460
    seen: Callable[[Sequence[Segment]], Sequence[Segment]] = list
    """What of it the capture has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A capture that is written here, read as `tlsprobe pcap` reads it; the first of `sessions` counts."""

    sessions: tuple[Session, ...]
    """The one that counts, and its company, which came before it."""
    variant: str = ""
    reference: str = ""
    """A reference file of the user's, in TOML."""
    machine: tuple[x509.Certificate, ...] | None = None
    """The store of the machine in the capture, where it is given."""
    snaplen: int = 262144
    elsewhere: Presented | None = None

    @property
    def place(self) -> Place:
        """It needs nothing."""
        return Place.HERE

    def run(self, stage: Stage) -> Seen:
        """Write it, and read it."""
        file, key_log = self._write(stage.folder)
        public = write_pem(stage.folder / "public.pem", PUBLIC_ROOTS)
        files: tuple[Path, ...] = ()
        if self.reference:
            own = stage.folder / "reference.toml"
            own.write_text(self.reference)
            files = (own,)
        store = self.machine and write_pem(stage.folder / "machine.pem", self.machine)
        know = Knowledge.of(
            now=NOW,
            ca_files=[public],
            listed=[write_pem(stage.folder / "listed.pem", PUBLIC_CAS)],
            os_store=store or None,
            files=files,
        )
        there = self.elsewhere or self.sessions[0].presents
        full, bare = read_capture(file, key_log, know)
        # The last in the file: its company came before it.
        return seen(
            (full[-1], bare[-1]),
            public=encoded(PUBLIC_ROOTS),
            machine=None if self.machine is None else encoded(self.machine),
            elsewhere=there.leaf,
        )

    def _write(self, folder: Path) -> tuple[Path, Path | None]:
        """All sessions, a second after another, and the secrets that are at hand."""
        packets: list[Packet] = []
        secrets = b""
        for number, one in zip(count(), (*self.sessions[1:], self.sessions[0]), strict=False):
            label = f"{one.host} {number}"
            server = Server(chain=one.presents.certificates, key=one.presents.key)
            if one.tls13:
                turns, key_log = tls13(server, one.host, label=label)
                secrets += key_log if one.keys else b""
            else:
                turns = tls12(server, one.host, label=label, resumed=one.resumed)
            first = (1_000_000 + number, 5_000_000 + number)
            segments = connection(
                [*one.before, *turns], begin=number * 1_000_000, first=first, mss=one.mss
            )
            route = Route(
                client_port=one.route.client_port + number,
                server=one.route.server,
                server_port=one.route.server_port,
                server_hops=one.route.server_hops,
            )
            packets += ethernet(ip_packets(one.seen(segments), route))
        file, key_file = folder / "session.pcap", folder / "session.keylog"
        file.write_bytes(pcap(packets, snaplen=self.snaplen))
        key_file.write_bytes(secrets)
        return file, key_file if secrets else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A session in a capture of others, judged as of its time."""

    path: str
    """Below the folder of the corpus."""
    host: str
    """The name, or the address, that the session is with."""

    @property
    def variant(self) -> str:
        """The host: a capture shows several."""
        return self.host

    @property
    def place(self) -> Place:
        """It lies beside the repository."""
        return Place.CORPUS

    def run(self, stage: Stage) -> Seen:  # noqa: ARG002 - it needs no stage
        """Read it, with the key log that lies beside it."""
        full, bare = in_corpus(self.path)
        return seen((_with_chain(full, self.host), _with_chain(bare, self.host)))


def found(path: str, *hosts: str) -> tuple[Found, ...]:
    """Sessions of one capture."""
    return tuple(Found(path=path, host=host) for host in hosts)


class Above(Enum):
    """What a forger sends above the leaf."""

    NOTHING = "leaf alone"
    TRUE = "true intermediate"
    FALSE = "false intermediate"


@dataclass(frozen=True, slots=True, kw_only=True)
class Forgery:
    """A box that copies a real leaf of a capture whole, at that time: only key and signature differ.

    That takes the real timestamps of real logs along, which no invented leaf can have.
    """

    path: str
    host: str
    above: Above

    @property
    def variant(self) -> str:
        """What is sent above the leaf."""
        return self.above.value

    @property
    def place(self) -> Place:
        """The original lies beside the repository."""
        return Place.CORPUS

    def run(self, stage: Stage) -> Seen:
        """Forge it, and present that on loopback."""
        observation = _with_chain(in_corpus(self.path)[0], self.host).observation
        leaf, true_ca = (x509.load_der_x509_certificate(one.der) for one in observation.chain[:2])
        key, signer = (
            ec_key("forger's leaf"),
            Issuer(subject=leaf.issuer, key=ec_key("forger's CA")),
        )
        false_ca = forged(true_ca, signer.key, Issuer(subject=true_ca.issuer, key=ec_key("above")))
        above = {Above.NOTHING: (), Above.TRUE: (true_ca,), Above.FALSE: (false_ca,)}[self.above]
        copy = Presented(certificates=(forged(leaf, key, signer), *above), key=key)
        original = Presented(certificates=(leaf,), key=key)
        return Peer(
            presents=copy, host=self.host, elsewhere=original, clock_off=observation.taken - NOW
        ).run(stage)


@cache
def in_corpus(path: str) -> tuple[list[Report], list[Report]]:
    """All sessions of a capture of others, with the key log that lies beside it.

    Raises `SkippedError` where it is not here.
    """
    file = CORPUS / path
    if not file.is_file():
        raise SkippedError(f"the corpus of captures is not here: no {file.name}")
    key_log = file.with_name(f"{file.name}.keylog")
    return read_capture(file, key_log if key_log.exists() else None, Knowledge.of(now=NOW))


def _with_chain(reports: Sequence[Report], host: str) -> Report:
    """The first session with that host that shows a chain."""
    return next(
        one for one in reports if one.observation.target.host == host and one.observation.chain
    )


def connect(host: str = CLOUD) -> tuple[Turn, ...]:
    """What a client and a proxy say before TLS."""
    return (
        Turn(Side.CLIENT, f"CONNECT {host}:443 HTTP/1.1\r\nHost: {host}:443\r\n\r\n".encode()),
        Turn(Side.SERVER, b"HTTP/1.1 200 Connection established\r\n\r\n"),
    )


def of_side(side: Side) -> Callable[[Sequence[Segment]], Sequence[Segment]]:
    """A capture of one direction only."""
    return lambda segments: [one for one in segments if one.side is side]
