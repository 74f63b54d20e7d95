"""A survey: everything that a pack asks, side by side, judged in each other's company.

Whatever touches the world comes in as an argument, as it does in `app`.
"""

import asyncio
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace

from tlsprobe._version import __version__
from tlsprobe.analysis import in_company
from tlsprobe.app import probe
from tlsprobe.asking import ProbeRequest, Settings, When, World
from tlsprobe.live import http_address
from tlsprobe.model.company import Company
from tlsprobe.model.observation import Target
from tlsprobe.model.pack import Protocol
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
) -> Survey:
    """Ask every question of the plan, `concurrency` of them at a time.

    `way` gives the way to a host; `stepped` is called for each that is answered. Verdicts are made when
    all are in: what endpoints of unrelated owners have in common is evidence on each of them. Plain HTTP
    is asked then, as the chains of those that are reached say what lies there.
    """
    taken = world.now()
    slots = asyncio.Semaphore(concurrency)

    async def answered(question: Question, list_at: str | None = None) -> Answer:
        taking = way(question)
        async with slots:
            said = await _ask(question, taking, settings, world, list_at)
        stepped()
        return Answer(question=question, said=said, way=taking)

    plain = [one for one in plan.questions if one.protocol is Protocol.HTTP]
    async with asyncio.TaskGroup() as asking:
        tasks = [asking.create_task(answered(one)) for one in plan.questions if one not in plain]
    judged = _in_company([task.result() for task in tasks], settings.reference)
    lists = _lists(judged)
    async with asyncio.TaskGroup() as asking:
        tasks = [
            asking.create_task(answered(one, lists.get((one.host.lower(), one.port))))
            for one in plain
        ]
    found = {id(one.question): one for one in (*judged, *(task.result() for task in tasks))}
    return Survey(
        tool_version=__version__,
        taken=taken,
        asked_from=asked_from,
        plan=plan,
        answers=tuple(found[id(one)] for one in plan.questions),
        offline=offline,
        lookups=tuple(_lookups(plan, settings, world, way)),
    )


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
    question: Question, way: Way, settings: Settings, world: World, list_at: str | None
) -> Report | HttpAnswer:
    if question.protocol is Protocol.HTTP:
        return await _ask_http(question, way.route, settings, world, list_at)
    sni = None if is_ip_literal(question.host) else question.host
    request = ProbeRequest(
        host=question.host, port=question.port, sni=sni,
        route=way.route, other_routes=way.others,
    )  # fmt: skip
    return (await probe(request, settings, world))[0]


async def _ask_http(
    question: Question, route: Route, settings: Settings, world: World, list_at: str | None
) -> HttpAnswer:
    # Most packs have some, and `probe` must not wait for what they need.
    from tlsprobe.live import plain_http  # noqa: PLC0415
    from tlsprobe.live.proxy.dial import way_by  # noqa: PLC0415

    return await plain_http.ask(
        way_by(world.dial_of(route)),
        Target(host=question.host, port=question.port, via=route.via),
        list_at=list_at, limits=settings.limits, now=world.now,
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


def _in_company(answers: list[Answer], reference: Reference) -> tuple[Answer, ...]:
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
