"""Play the scenes: start what answers, ask it all side by side, and say what came out."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

from msgspec import Struct

from tlsprobe.app import probe_all
from tlsprobe.asking import ProbeRequest, Settings, World
from tlsprobe.certs.trust import TrustStore
from tlsprobe.demo.scenes import Scene, cast
from tlsprobe.demo.servers import LOOPBACK
from tlsprobe.errors import UsageError
from tlsprobe.hello import templates
from tlsprobe.live.limits import Limits
from tlsprobe.live.second_opinion import Library
from tlsprobe.live.tcp import TcpDial
from tlsprobe.model.reference import Expectations, Reference
from tlsprobe.model.report import Report

# Long enough for any handshake on loopback, and as long as the silent box takes.
SECONDS = 3.0


class Played(Struct, frozen=True, kw_only=True):
    """A scene and the report that was made of it."""

    scene: Scene
    report: Report

    @property
    def right(self) -> bool:
        """Whether the verdict is the one that the scene calls for."""
        return self.report.verdict.conclusion is self.scene.expected


async def play(reference: Reference, world: World) -> tuple[Played, ...]:
    """Every scene, judged by `reference` with the demo's own CAs and expectations over it.

    `world` gives clock and entropy; connections go to loopback, whatever its dial.
    """
    with TemporaryDirectory(prefix="tlsprobe-demo-") as folder:
        play_with = cast(Path(folder), world.now(), world.entropy)
        public = TrustStore.merge(reference.public, play_with.public)
        settings = Settings(
            template=templates.load(),
            reference=Reference(
                as_of=reference.as_of,
                public=public,
                machine=play_with.machine,
                expectations=Expectations(play_with.expectations, reference.expectations),
                labels=reference.labels,
            ),
            limits=Limits.within(SECONDS),
        )
        library = Library(public=lambda: public.encoded, machine=lambda: play_with.machine.encoded)
        own = World(
            dial=TcpDial(),
            now=world.now,
            entropy=world.entropy,
            library=lambda: library,
        )
        async with AsyncExitStack() as running:
            ports = [await running.enter_async_context(one.start()) for one in play_with.scenes]
            requests = [
                ProbeRequest(host=scene.host, port=port, sni=scene.host, address=LOOPBACK)
                for scene, port in zip(play_with.scenes, ports, strict=True)
            ]
            answers = probe_all(_each(requests), settings, own, concurrency=len(requests))
            reports = [
                one async for answer in answers if isinstance(answer, tuple) for one in answer
            ]
        return tuple(
            Played(scene=scene, report=report)
            for scene, report in zip(play_with.scenes, reports, strict=True)
        )


async def _each(requests: list[ProbeRequest]) -> AsyncIterator[ProbeRequest | UsageError]:
    for request in requests:
        yield request
