"""The live use cases: from a request to reports, and from many requests to a stream of them.

Whatever touches the world comes in as an argument: the dial, the clock, the entropy.
"""

import asyncio
from collections.abc import AsyncIterable, AsyncIterator, Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import Enum

from tlsprobe.analysis import judged
from tlsprobe.certs.constraints import left_to_others
from tlsprobe.crypto.key_share import Entropy
from tlsprobe.errors import UsageError
from tlsprobe.handshake.summary import Handshake
from tlsprobe.hello.template import Template
from tlsprobe.live.dial import Dial
from tlsprobe.live.exchange import exchange
from tlsprobe.live.limits import Limits
from tlsprobe.live.opinions import Opinions
from tlsprobe.live.resolve import Resolution, resolve
from tlsprobe.model.observation import Observation, SourceKind, Stage, Target, Timings
from tlsprobe.model.paths import public_path
from tlsprobe.model.reference import Reference
from tlsprobe.model.report import Report
from tlsprobe.model.verdict import Conclusion
from tlsprobe.observe import observe


@dataclass(frozen=True, slots=True, kw_only=True)
class ProbeRequest:
    """One endpoint to ask."""

    host: str
    port: int = 443
    sni: str | None = None
    """The name to send in server_name; None sends none."""
    address: str | None = None
    """The address to connect to; None asks the resolver."""
    all_addresses: bool = False
    """Ask at every address of the name, not only at the first that can be reached."""


class SecondOpinion(Enum):
    """When a TLS library is asked as well."""

    ALWAYS = "always"
    DOUBT = "doubt"
    """Only where the first look did not say `direct`, or met rules that only the library applies."""
    NEVER = "never"


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """What the use cases take from outside."""

    dial: Dial
    now: Callable[[], datetime]
    """Time-zone aware."""
    entropy: Entropy
    library: Callable[[], Opinions] | None = None
    """Gives whoever is asked for second opinions, when the first is wanted; None asks nobody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What holds for every request of a run."""

    template: Template
    reference: Reference
    second_opinion: SecondOpinion = SecondOpinion.ALWAYS
    limits: Limits = field(default_factory=Limits)


async def probe(request: ProbeRequest, settings: Settings, world: World) -> tuple[Report, ...]:
    """A report for each address that was asked: one, unless all of them were wanted."""
    found = await resolve(
        request.address or request.host, timeout=settings.limits.resolve, clock=world.dial.clock
    )
    if not found.addresses:
        return (judged(_unresolved(request, found, settings, world), settings.reference),)
    reports: list[Report] = []
    for address in found.addresses:
        reports.append(await _ask(request, address, found.dns, settings, world))
        if not request.all_addresses and _reached(reports[-1].observation):
            return tuple(reports[-1:])
    return tuple(reports if request.all_addresses else reports[:1])


async def probe_all(
    requests: AsyncIterable[ProbeRequest | UsageError],
    settings: Settings,
    world: World,
    *,
    concurrency: int,
) -> AsyncIterator[tuple[Report, ...] | UsageError]:
    """An answer for each request, in their order, `concurrency` of them at work at a time.

    A request that could not be understood is an answer too. Memory does not grow with the number of
    requests: those that are ahead of a slow one are few, and wait for it.
    """
    slots = asyncio.Semaphore(concurrency)
    places = asyncio.Semaphore(concurrency * 8)
    ahead: asyncio.Queue[asyncio.Task[tuple[Report, ...] | UsageError] | UsageError | None]
    ahead = asyncio.Queue()
    tasks: set[asyncio.Task[tuple[Report, ...] | UsageError]] = set()
    loop = asyncio.get_running_loop()

    async def work(request: ProbeRequest) -> tuple[Report, ...] | UsageError:
        try:
            return await probe(request, settings, world)
        except UsageError as error:
            return error  # such as a name that cannot be sent: it costs its own answer only
        finally:
            slots.release()

    async def feed() -> None:
        try:
            async for request in requests:
                await places.acquire()
                if isinstance(request, UsageError):
                    ahead.put_nowait(request)
                    continue
                await slots.acquire()
                task = loop.create_task(work(request))
                tasks.add(task)
                task.add_done_callback(tasks.discard)
                ahead.put_nowait(task)
        finally:
            ahead.put_nowait(None)

    feeder = loop.create_task(feed())
    try:
        while (answer := await ahead.get()) is not None:
            places.release()
            yield answer if isinstance(answer, UsageError) else await answer
        await feeder
    finally:
        feeder.cancel()
        for task in tasks:
            task.cancel()
        await asyncio.gather(feeder, *tasks, return_exceptions=True)


async def _ask(
    request: ProbeRequest, address: str, dns: float | None, settings: Settings, world: World
) -> Report:
    """One address, asked once or twice."""
    first = await _look(request, address, dns, settings, world)
    report = judged(first, settings.reference)
    if (
        world.library is None
        or settings.second_opinion is SecondOpinion.NEVER
        or not _reached(first)
        or (
            settings.second_opinion is SecondOpinion.DOUBT
            and report.verdict.conclusion is Conclusion.DIRECT
            and not left_to_others(public_path(first, settings.reference))
        )
    ):
        return report
    second = await _look_again(request, address, settings, world, world.library())
    if second.chain and not first.chain:
        # Only the other hello got through: what it saw is what there is to judge.
        return judged(second, settings.reference, first)
    return judged(first, settings.reference, second)


async def _look(
    request: ProbeRequest, address: str, dns: float | None, settings: Settings, world: World
) -> Observation:
    crafted = settings.template.stamp(server_name=request.sni, entropy=world.entropy)
    seen = await exchange(
        world.dial, address, request.port, crafted,
        limits=settings.limits, now=world.now, entropy=world.entropy,
    )  # fmt: skip
    return observe(
        seen.handshake,
        target=_target(request, address, crafted.server_name),
        source=SourceKind.PROBE,
        profile=crafted.profile,
        taken=seen.transcript.started,
        timings=seen.timings if dns is None else replace(seen.timings, dns=dns),
        failure=seen.failure,
    )


async def _look_again(
    request: ProbeRequest, address: str, settings: Settings, world: World, library: Opinions
) -> Observation:
    second = await library.ask(
        world.dial, address, request.port,
        server_name=request.sni, limits=settings.limits, now=world.now,
    )  # fmt: skip
    seen, opinion = second.exchange, second.opinion
    return observe(
        seen.handshake,
        target=_target(request, address, request.sni),
        source=SourceKind.SECOND_OPINION,
        profile=opinion.library,
        taken=seen.transcript.started,
        timings=seen.timings,
        failure=seen.failure,
        opinion=opinion,
    )


def _unresolved(
    request: ProbeRequest, found: Resolution, settings: Settings, world: World
) -> Observation:
    return observe(
        Handshake(),
        target=_target(request, None, request.sni),
        source=SourceKind.PROBE,
        profile=settings.template.profile,
        taken=world.now(),
        timings=Timings(dns=found.dns),
        failure=found.failure,
    )


def _target(request: ProbeRequest, address: str | None, sni: str | None) -> Target:
    return Target(host=request.host, port=request.port, sni=sni, address=address)


def _reached(observation: Observation) -> bool:
    """Whether a connection came about, whatever became of it."""
    failure = observation.failure
    return failure is None or failure.stage is Stage.TLS
