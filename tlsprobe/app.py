"""The live use cases: from a request to reports, and from many requests to a stream of them."""

import asyncio
from collections.abc import AsyncIterable, AsyncIterator, Iterable, Sequence

from msgspec.structs import replace

from tlsprobe.analysis import in_company, judged
from tlsprobe.asking import ProbeRequest, Settings, World, look, looking_at_first, target
from tlsprobe.errors import UsageError
from tlsprobe.handshake.summary import Handshake
from tlsprobe.inquiries import INQUIRIES, Asked, Inquiry, Learned
from tlsprobe.inquiries.again import asked_again
from tlsprobe.live.racing import Race
from tlsprobe.live.resolve import Resolution, resolve
from tlsprobe.model.company import Company
from tlsprobe.model.observation import Observation, SourceKind, Stage, Timings
from tlsprobe.model.report import Report
from tlsprobe.model.verdict import Conclusion
from tlsprobe.observe import observe


async def probe(request: ProbeRequest, settings: Settings, world: World) -> tuple[Report, ...]:
    """A report for each address that was asked: one, unless all of them were wanted."""
    found = await _found(request, settings, world)
    if not found.addresses:
        first = _unresolved(request, found, settings, world)
        return (await _inquire(request, first, found, settings, world),)
    if not request.all_addresses:
        return (await _ask(request, found, settings, world),)
    reports: list[Report] = []
    for address in found.addresses:
        first = await look(request, address, settings, world, dns=found.dns)
        reports.append(await _inquire(request, first, found, settings, world))
    return tuple(reports)


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
    return await resolve(where, timeout=settings.limits.lookup, clock=world.dial.clock)


async def _ask(
    request: ProbeRequest, found: Resolution, settings: Settings, world: World
) -> Report:
    """The address that stands first: a look, and what more is to be asked of it."""
    async with looking_at_first(request, found, settings, world) as (first, race):
        beside = race if race.contested else None
        return await _inquire(request, first, found, settings, world, beside=beside)


async def _inquire(
    request: ProbeRequest,
    first: Observation,
    found: Resolution,
    settings: Settings,
    world: World,
    *,
    beside: Race | None = None,
) -> Report:
    """What is to be asked once the outcome of a look is known, and what all of it comes to.

    Meanwhile other addresses that are still tried `beside` it are waited for, as `Race.rest` does.
    """
    report = judged(first, settings.reference)
    asked = Asked(
        request=request,
        address=first.target.address or request.host,
        addresses=found.addresses,
        report=report,
        settings=settings,
        world=world,
    )
    wanted, left_out = _affordable(asked, enough=settings.content_with_proof and _proven(report))
    if not wanted and not left_out and beside is None:
        return report
    questions = [inquiry.inquire(given) for inquiry, given in wanted]
    if beside is not None:
        questions.append(_rest(beside))
    learned = await asyncio.gather(*questions)
    left = settings.connections - 1 - _spent(wanted, learned[: len(wanted)])
    controls = [control for one in learned for control in one.controls]
    learned.append(Learned(left_out=left_out))
    first = _with_facts(first, learned)
    if not first.chain:
        for control in controls:
            if control.chain and control.source is SourceKind.SECOND_OPINION:
                # Only the other hello got through: what it saw is what there is to judge.
                others = [one for one in controls if one is not control]
                seen = replace(
                    _with_facts(control, learned), unreached=first.unreached, slower=first.slower
                )
                return judged(seen, settings.reference, first, *others)
    report = judged(first, settings.reference, *controls)
    again = await asked_again(replace(asked, connections=left), report)
    return judged(first, settings.reference, *controls, *again) if again else report


def _spent(wanted: Sequence[tuple[Inquiry, Asked]], learned: Sequence[Learned]) -> int:
    """How many connections were made at most: a look each where there were looks, or the whole share."""
    return sum(
        max(inquiry.least, len(one.controls)) if one.controls else given.connections
        for (inquiry, given), one in zip(wanted, learned, strict=True)
        if inquiry.costs(given)
    )


async def _rest(race: Race) -> Learned:
    return Learned(rest=await race.rest())


def _affordable(
    asked: Asked, *, enough: bool
) -> tuple[list[tuple[Inquiry, Asked]], tuple[str, ...]]:
    """The inquiries that are wanted, each with its share of the connections that are left.

    Each has the least that it takes before any has more. With them comes what was left out. Where what
    is known is `enough`, only those are asked that bring to each endpoint its own.
    """
    reached = _reached(asked.report.observation)
    wanted = [
        one
        for one in INQUIRIES
        if (reached or one.of_unreached) and (one.despite_proof or not enough) and one.wanted(asked)
    ]
    shares = _shares(wanted, asked)
    given = [
        (one, replace(asked, connections=share))
        for one, share in zip(wanted, shares, strict=True)
        if share is not None
    ]
    left_out = [one.looks_at for one, share in zip(wanted, shares, strict=True) if share is None]
    return given, tuple(left_out)


def _shares(wanted: Sequence[Inquiry], asked: Asked) -> list[int | None]:
    """How many connections each has, beside the first look's; None where there are too few for it."""
    left = asked.settings.connections - 1
    shares: list[int | None] = [None] * len(wanted)
    yielding = [one.yields(asked) for one in wanted]
    for last in (False, True):
        for at, one in enumerate(wanted):
            least = one.least if one.costs(asked) else 0
            if yielding[at] is last and least <= left:
                shares[at], left = least, left - least
        for at, one in enumerate(wanted):
            share = shares[at]
            if share is not None and yielding[at] is last and one.costs(asked):
                more = max(0, min(left, one.most - share))
                shares[at], left = share + more, left - more
    return shares


def _with_facts(observation: Observation, learned: Iterable[Learned]) -> Observation:
    """The observation with what no handshake shows."""
    for one in learned:
        if one.left_out:
            left_out = (*observation.left_out, *one.left_out)
            observation = replace(observation, left_out=left_out)
        if any(one.rest):
            observation = replace(observation, unreached=one.rest.unreached, slower=one.rest.slower)
        if one.canary is not None:
            observation = replace(observation, canary=one.canary)
        if one.hops is not None:
            observation = replace(observation, hops=one.hops)
        if one.jarm is not None:
            observation = replace(observation, jarm=one.jarm)
        if one.names is not None:
            observation = replace(observation, names=one.names)
        if one.revocation is not None:
            observation = replace(observation, revocation=one.revocation)
    return observation


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


def _proven(report: Report) -> bool:
    """Whether one look was enough to convict somebody on the path."""
    convicted = (Conclusion.INSPECTED, Conclusion.TERMINATED)
    return report.verdict.conclusion in convicted and report.verdict.rule == "proof"


def _reached(observation: Observation) -> bool:
    """Whether a connection came about, whatever became of it."""
    failure = observation.failure
    return failure is None or failure.stage is Stage.TLS
