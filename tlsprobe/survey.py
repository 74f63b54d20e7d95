"""A survey: everything that a pack asks, side by side, judged in each other's company.

Whatever touches the world comes in as an argument, as it does in `app`.
"""

import asyncio
from collections.abc import Callable
from dataclasses import replace

from tlsprobe._version import __version__
from tlsprobe.analysis import in_company
from tlsprobe.app import probe
from tlsprobe.asking import ProbeRequest, Settings, When, World
from tlsprobe.model.company import Company
from tlsprobe.model.pack import Protocol
from tlsprobe.model.reference import Reference
from tlsprobe.model.report import Report
from tlsprobe.model.route import DIRECT, Route
from tlsprobe.model.survey import Answer, HttpAnswer, Lookup, Plan, Question, Survey
from tlsprobe.wire.ip_literals import is_ip_literal


async def survey(
    plan: Plan,
    settings: Settings,
    world: World,
    *,
    concurrency: int,
    asked_from: str = "",
    offline: bool = False,
    route: Callable[[str], Route] = lambda _: DIRECT,
    stepped: Callable[[], None] = lambda: None,
) -> Survey:
    """Ask every question of the plan, `concurrency` of them at a time; none waits for another's answer.

    `route` gives the way to a host, by which its TLS is asked; `stepped` is called for each that is answered. Verdicts are made when all are in: what endpoints of
    unrelated owners have in common is evidence on each of them.
    """
    taken = world.now()
    slots = asyncio.Semaphore(concurrency)

    async def answered(question: Question) -> Answer:
        async with slots:
            said = await _ask(question, route(question.host), settings, world)
        stepped()
        return Answer(question=question, said=said)

    async with asyncio.TaskGroup() as asking:
        tasks = [asking.create_task(answered(question)) for question in plan.questions]
    return Survey(
        tool_version=__version__,
        taken=taken,
        asked_from=asked_from,
        plan=plan,
        answers=_in_company([task.result() for task in tasks], settings.reference),
        offline=offline,
        lookups=_lookups(settings),
    )


def _lookups(settings: Settings) -> tuple[Lookup, ...]:
    """What is asked beside the endpoints, where their answers leave something to be asked."""
    return () if settings.other_names is When.NEVER else (Lookup.NOWHERE,)


async def _ask(
    question: Question, route: Route, settings: Settings, world: World
) -> Report | HttpAnswer:
    if question.protocol is Protocol.HTTP:
        # Most packs have some, and `probe` must not wait for what they need.
        from tlsprobe.live import plain_http  # noqa: PLC0415

        return await plain_http.ask(
            world.dial, question.host, question.port, limits=settings.limits, now=world.now
        )
    sni = None if is_ip_literal(question.host) else question.host
    request = ProbeRequest(host=question.host, port=question.port, sni=sni, route=route)
    return (await probe(request, settings, world))[0]


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
