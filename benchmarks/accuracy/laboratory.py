"""A scenario that real programs play, in the network namespaces of `tests/lab`."""

import asyncio
import contextlib
import datetime as dt
import os
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.serialization import Encoding

from benchmarks.accuracy.judging import Knowledge, ask, read_capture, seen
from benchmarks.accuracy.scenario import Place, Seen, SkippedError, Stage
from benchmarks.accuracy.workshop import written_down
from tests.lab.authorities import Authority, Disguise, write_pem
from tests.lab.captures import capturing_both_sides
from tests.lab.interceptors import Interceptor
from tests.lab.laboratory import Box, Laboratory
from tests.lab.network import MBOX_LINK, Namespace, ipv4
from tests.lab.obstacles import PATH, obstacle
from tests.lab.servers import EITHER, TLS12, Origin
from tlsprobe.asking import ProbeRequest
from tlsprobe.live.limits import Limits
from tlsprobe.model.hops import Wish
from tlsprobe.model.route import DIRECT, Proxy, ProxyScheme, Route

HELLOS = {"openssl": "TLS 1.3", "tls12": "TLS 1.2"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Probed:
    """A probe from the client's place, over a path on which somebody may stand."""

    box: tuple[Interceptor, Disguise] | None = None
    """Who stands on it, and what his CA says of itself."""
    origin: Origin = EITHER
    hello: str = "openssl"
    trusted: bool = False
    """Whether the machine's store has the CA of the box."""
    box_is_public: bool = False
    """Whether that CA counts as a public one."""
    pinned: bool = False
    """Whether the owner's CA and pins are written down in a reference file."""
    ipv6: bool = False
    translated: bool = False
    """Whether the first router translates addresses."""
    by_connect: bool = False
    """Whether the box is asked as a proxy, by CONNECT; else it stands in the way."""
    variant: str = ""

    @property
    def place(self) -> Place:
        """It takes the lab."""
        return Place.LAB

    def run(self, stage: Stage) -> Seen:
        """Set the path up, prove it, and probe."""
        lab = _lab(stage)
        box = lab.box(*self.box) if self.box else None
        store = lab.machine_store(with_ca_of=box if self.trusted else None)
        public = [lab.chain.root, *([box.authority] if self.box_is_public and box else [])]
        know = Knowledge.of(
            now=_now(),
            ca_files=[_write(stage.folder / "public.pem", public)],
            os_store=store,
            files=[self._written_down(lab, stage)] if self.pinned else [],
        )
        address = self.origin.address6 if self.ipv6 else self.origin.address
        asked = box is not None and self.by_connect
        request = ProbeRequest(
            host=self.origin.name,
            sni=self.origin.name,
            address=None if asked else address,
            route=_route(box) if box is not None and asked else DIRECT,
        )
        with (
            _translating(lab.network.r1) if self.translated else contextlib.nullcontext(),
            lab.standing_in_the_way(box) if box and not asked else contextlib.nullcontext(),
        ):
            reports = lab.network.client.inside(
                lambda: asyncio.run(
                    ask(
                        request,
                        know,
                        hello=self.hello,
                        now=_now,
                        limits=Limits(),
                        trace=None if self.trusted else Wish(),
                    )
                )
            )
        return seen(
            reports,
            public=_encoded(public),
            machine=_encoded([lab.chain.root, *([box.authority] if self.trusted and box else [])]),
            elsewhere=_encoded([lab.leaves[self.origin]])[0],
        )

    def _written_down(self, lab: Laboratory, stage: Stage) -> Path:
        key = [lab.chain.issuing.certificate]
        file = stage.folder / "reference.toml"
        file.write_text(written_down(self.origin.name, ca_keys=key, pins=key))
        return file


@dataclass(frozen=True, slots=True, kw_only=True)
class Captured:
    """A capture of a session, on the side of a box towards the client or towards the server."""

    box: tuple[Interceptor, Disguise]
    outside: bool = False
    """Towards the server."""
    tls12: bool = False
    explicit: bool = False
    """Whether the client asks the box by CONNECT; else it stands in the way."""
    variant: str = ""

    @property
    def place(self) -> Place:
        """It takes the lab."""
        return Place.LAB

    def run(self, stage: Stage) -> Seen:
        """Capture both sides of a session, and read one of them."""
        lab = _lab(stage)
        box = lab.box(*self.box)
        # Towards the server a box speaks as new a TLS as it can, and only the client's keys are here.
        origin = TLS12 if self.outside else EITHER
        host = ipv4(MBOX_LINK, 2) if self.explicit else origin.address
        keys = stage.folder / "client.keys"
        with (
            contextlib.nullcontext() if self.explicit else lab.standing_in_the_way(box),
            capturing_both_sides(lab.network, stage.folder, host=host) as (entering, leaving),
        ):
            through = box if self.explicit else None
            sight = lab.look(origin, tls12=self.tls12, through_proxy=through, key_log=keys)
            lab.prove(sight, box, origin)
        public = [lab.chain.root]
        know = Knowledge.of(now=_now(), ca_files=[_write(stage.folder / "public.pem", public)])
        full, bare = read_capture(leaving if self.outside else entering, keys, know)
        leaf = _encoded([lab.leaves[origin]])[0]
        return seen((full[-1], bare[-1]), public=_encoded(public), elsewhere=leaf)


def _route(box: Box) -> Route:
    """The way through a box that takes CONNECT."""
    host = ipv4(MBOX_LINK, 2)
    return Route(proxy=Proxy(scheme=ProxyScheme.HTTP, host=host, port=box.proxy_port))


def crossed(
    interceptor: Interceptor, disguise: Disguise, *, by_connect: bool = False
) -> tuple[Probed, ...]:
    """A box in both versions of TLS, its CA trusted by the machine and not."""
    return tuple(
        Probed(
            box=(interceptor, disguise), hello=hello, trusted=trusted, by_connect=by_connect,
            variant=f"{version}, {'trusted' if trusted else 'not trusted'}",
        )
        for hello, version in HELLOS.items()
        for trusted in (True, False)
    )  # fmt: skip


@contextlib.contextmanager
def lab_stage() -> Generator[Stage]:
    """A stage with the lab, or with the reason why there is none."""
    lacks = obstacle()
    if lacks is not None:
        yield Stage(folder=Path(), lab_lacks=lacks)
        return
    before = os.environ["PATH"]
    os.environ["PATH"] = PATH
    try:
        with Laboratory.open(now=_now()) as lab:
            yield Stage(folder=Path(), lab=lab)
    finally:
        os.environ["PATH"] = before


def _lab(stage: Stage) -> Laboratory:
    if stage.lab is None:
        raise SkippedError(stage.lab_lacks)
    return stage.lab


@contextlib.contextmanager
def _translating(router: Namespace) -> Generator[None]:
    """Let a router put its own address in the place of every client's."""
    rule = ["POSTROUTING", "-j", "MASQUERADE"]
    table = ("iptables", "-w", "-t", "nat")
    router.run(*table, "-A", *rule)
    try:
        yield
    finally:
        router.run(*table, "-D", *rule)


def _write(file: Path, authorities: Sequence[Authority]) -> Path:
    return write_pem(file, *(one.certificate_pem for one in authorities))


def _encoded(authorities: Sequence[Authority]) -> tuple[bytes, ...]:
    return tuple(one.certificate.public_bytes(Encoding.DER) for one in authorities)


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)
