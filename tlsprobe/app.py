"""The live use cases: from a request to reports, and from many requests to a stream of them."""

import asyncio
from collections.abc import AsyncIterable, AsyncIterator, Iterator
from dataclasses import replace

from tlsprobe.analysis import in_company, judged
from tlsprobe.asking import ProbeRequest, Settings, World, look, target
from tlsprobe.errors import UsageError
from tlsprobe.handshake.summary import Handshake
from tlsprobe.inquiries import INQUIRIES, Asked, Inquiry
from tlsprobe.live.resolve import Resolution, resolve
from tlsprobe.model.company import Company
from tlsprobe.model.observation import Observation, SourceKind, Stage, Timings
from tlsprobe.model.report import Report
from tlsprobe.observe import observe


async def probe(request: ProbeRequest, settings: Settings, world: World) -> tuple[Report, ...]:
    """A report for each address that was asked: one, unless all of them were wanted."""
    found = await _found(request, settings, world)
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

    A request that could not be understood is an answer too. Those that came before are company for
    those that follow: unrelated owners with one key are found so. Memory does not grow with the number
    of requests: those that are ahead of a slow one are few, and wait for it.
    """
    company = Company()
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
            if isinstance(answer, UsageError):
                yield answer
                continue
            reports = await answer
            if not isinstance(reports, UsageError):
                reports = tuple(in_company(one, company, settings.reference) for one in reports)
            yield reports
        await feeder
    finally:
        feeder.cancel()
        for task in tasks:
            task.cancel()
        await asyncio.gather(feeder, *tasks, return_exceptions=True)


async def _found(request: ProbeRequest, settings: Settings, world: World) -> Resolution:
    """Where to connect to: what a proxy looks up itself, this machine need not know."""
    where = request.address or request.host
    if request.route.proxy is not None and not request.all_addresses:
        return Resolution(addresses=(where,))
    return await resolve(where, timeout=settings.limits.resolve, clock=world.dial.clock)


async def _ask(
    request: ProbeRequest, address: str, dns: float | None, settings: Settings, world: World
) -> Report:
    """One address: a look, and what more is to be asked once its outcome is known."""
    first = await look(request, address, settings, world, dns=dns)
    report = judged(first, settings.reference)
    if not _reached(first):
        return report
    asked = Asked(request=request, address=address, report=report, settings=settings, world=world)
    wanted = list(_affordable(asked))
    if not wanted:
        return report
    learned = await asyncio.gather(*(inquiry.inquire(given) for inquiry, given in wanted))
    controls = [control for one in learned for control in one.controls]
    for one in learned:
        if one.canary is not None:
            first = replace(first, canary=one.canary)
    if not first.chain:
        for control in controls:
            if control.chain and control.source is SourceKind.SECOND_OPINION:
                # Only the other hello got through: what it saw is what there is to judge.
                others = [one for one in controls if one is not control]
                shown = replace(control, canary=first.canary)
                return judged(shown, settings.reference, first, *others)
    return judged(first, settings.reference, *controls)


def _affordable(asked: Asked) -> Iterator[tuple[Inquiry, Asked]]:
    """The inquiries that are wanted, each with its share of the connections that are left."""
    left = asked.settings.connections - 1
    for inquiry in INQUIRIES:
        if inquiry.least <= left and inquiry.wanted(asked):
            share = min(left, max(inquiry.least, inquiry.most))
            left -= share
            yield inquiry, replace(asked, connections=share)


def _unresolved(
    request: ProbeRequest, found: Resolution, settings: Settings, world: World
) -> Observation:
    return observe(
        Handshake(),
        target=target(request, None, request.sni),
        source=SourceKind.PROBE,
        profile=settings.template.profile,
        taken=world.now(),
        timings=Timings(dns=found.dns),
        failure=found.failure,
    )


def _reached(observation: Observation) -> bool:
    """Whether a connection came about, whatever became of it."""
    failure = observation.failure
    return failure is None or failure.stage is Stage.TLS
