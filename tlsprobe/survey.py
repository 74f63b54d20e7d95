"""A survey: everything that a pack asks, side by side, judged in each other's company.

Whatever touches the world comes in as an argument, as it does in `app`.
"""

import asyncio
from collections.abc import Callable, Coroutine, Iterable, Iterator, Mapping
from typing import TypeVar

from msgspec.structs import replace

from tlsprobe._version import __version__
from tlsprobe.analysis import in_company
from tlsprobe.app import probe
from tlsprobe.asking import ProbeRequest, Settings, When, World
from tlsprobe.live import http_address
from tlsprobe.live.underway import UnderwayDial
from tlsprobe.model.company import Company
from tlsprobe.model.observation import Target
from tlsprobe.model.pack import Protocol
from tlsprobe.model.portals import with_portal
from tlsprobe.model.reference import Reference
from tlsprobe.model.report import Report
from tlsprobe.model.route import Route
from tlsprobe.model.survey import Answer, HttpAnswer, Lookup, Plan, Question, Survey
from tlsprobe.model.verdict import Conclusion
from tlsprobe.model.way import Way
from tlsprobe.wire.ip_literals import is_ip_literal


async def survey(
    plan: Plan,
    settings: Settings,
    world: World,
    *,
    concurrency: int,
    asked_from: str = "",
    offline: bool = False,
    way: Callable[[Question], Way] = lambda _: Way(),
    stepped: Callable[[], None] = lambda: None,
    meanwhile: Iterable[Callable[[], object]] = (),
) -> Survey:
    """Ask every question of the plan, `concurrency` of them at a time.

    `way` gives the way to a host; `stepped` is called for each that is answered. Verdicts are made when
    all are in: what endpoints of unrelated owners have in common is evidence on each of them. Who
    answers plain HTTP is asked again then for the list that the chains say lies there.
    `meanwhile` are small pieces of work that are worth doing while the first answers are awaited; they
    may be left undone.
    """
    taken = world.now()
    slots = asyncio.Semaphore(concurrency)
    underway = UnderwayDial(world.dial, min(len(plan.questions), concurrency))
    world = replace(world, dial=underway)

    async def answered(question: Question, list_at: str | None = None) -> Answer:
        taking = way(question)
        async with slots:
            said = await _ask(question, taking, settings, world, list_at, follow=not offline)
        underway.count()
        return Answer(question=question, said=said, way=taking)

    async def first(question: Question) -> Answer:
        answer = await answered(question)
        stepped()
        return answer

    async def with_list(answer: Answer) -> Answer:
        question = answer.question
        named = lists.get((question.host.lower(), question.port))
        reached = isinstance(answer.said, HttpAnswer) and answer.said.failure is None
        return await answered(question, named) if reached and named is not None else answer

    async with asyncio.TaskGroup() as beside:
        waiting = beside.create_task(_work(meanwhile, underway.all_gone))
        answers = await _together(first, plan.questions)
        waiting.cancel()
    judged = _in_company(answers, settings.reference)
    lists = _lists(judged)
    judged = with_portal(await _together(with_list, judged), plan.pack)
    return Survey(
        tool_version=__version__,
        taken=taken,
        asked_from=asked_from,
        plan=plan,
        answers=judged,
        offline=offline,
        lookups=tuple(_lookups(plan, settings, world, way)),
    )


T = TypeVar("T")


async def _together(
    work: Callable[[T], Coroutine[None, None, Answer]], over: Iterable[T]
) -> tuple[Answer, ...]:
    """What `work` gives for each, side by side."""
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(work(one)) for one in over]
    return tuple(task.result() for task in tasks)


async def _work(pieces: Iterable[Callable[[], object]], begin: asyncio.Event) -> None:
    """Do one piece after another, and let whatever has arrived be seen to between them."""
    await begin.wait()
    for piece in pieces:
        piece()
        await asyncio.sleep(0)


def _lookups(
    plan: Plan, settings: Settings, world: World, way: Callable[[Question], Way]
) -> Iterator[Lookup]:
    """What is asked beside the endpoints, where their answers leave something to be asked."""
    if world.revocation is not None:
        yield Lookup.REVOCATION
        yield Lookup.ISSUERS
    if world.resolvers is not None and settings.resolvers is not When.NEVER:
        yield Lookup.RESOLVERS
    if any(way(one).others for one in plan.questions):
        yield Lookup.ROUTES
    if settings.other_names is not When.NEVER:
        yield Lookup.NOWHERE


async def _ask(
    question: Question,
    way: Way,
    settings: Settings,
    world: World,
    list_at: str | None,
    *,
    follow: bool,
) -> Report | HttpAnswer:
    if question.protocol is Protocol.HTTP:
        return await _ask_http(question, way.route, settings, world, list_at, follow=follow)
    sni = None if is_ip_literal(question.host) else question.host
    request = ProbeRequest(
        host=question.host, port=question.port, sni=sni,
        route=way.route, other_routes=way.others,
    )  # fmt: skip
    return (await probe(request, settings, world))[0]


async def _ask_http(
    question: Question,
    route: Route,
    settings: Settings,
    world: World,
    list_at: str | None,
    *,
    follow: bool,
) -> HttpAnswer:
    # Most packs have some, and `probe` must not wait for what they need.
    from tlsprobe.live import plain_http  # noqa: PLC0415
    from tlsprobe.live.proxy.dial import way_by  # noqa: PLC0415

    return await plain_http.ask(
        way_by(world.dial_of(route)),
        Target(host=question.host, port=question.port, via=route.via),
        list_at=list_at, follow=follow, limits=settings.limits, now=world.now,
    )  # fmt: skip


def _lists(answers: Iterable[Answer]) -> Mapping[tuple[str, int], str]:
    """Path of a list of revoked certificates by host and port, as owners' chains name them.

    A chain that somebody on the way has made may name what is not there.
    """
    found: dict[tuple[str, int], str] = {}
    for answer in answers:
        if answer.report is None or answer.conclusion is not Conclusion.DIRECT:
            continue
        for url in answer.report.observation.chain[0].crl_urls:
            place = http_address.parse(url)
            if place is not None:
                found.setdefault((place.host, place.port), place.target)
    return found


def _in_company(answers: Iterable[Answer], reference: Reference) -> tuple[Answer, ...]:
    """The same answers, judged with all of them in sight."""
    company = Company()
    held = replace(reference, company=company)
    for answer in answers:
        if answer.report is not None:
            company.add(answer.report.observation, held)
    return tuple(
        answer
        if answer.report is None
        else replace(answer, said=in_company(answer.report, company, reference))
        for answer in answers
    )
