"""Which ways the endpoints of a survey were asked, and where another way would show something else."""

from collections.abc import Iterator

from msgspec import Struct

from tlsprobe.model.route_choice import Client
from tlsprobe.model.survey import Answer, Survey
from tlsprobe.model.way import Way

CHECKS = ("other-route-sees-other-chain", "another-route-works")


class TakenWay(Struct, frozen=True, kw_only=True):
    """One way, and all who were asked so."""

    way: Way
    answers: tuple[Answer, ...]


class Difference(Struct, frozen=True, kw_only=True):
    """What another way shows of an endpoint."""

    answer: Answer
    check: str
    summary: str


def ways_taken(survey: Survey) -> tuple[TakenWay, ...]:
    """Each way once, in the order of endpoints, by its proxy and who says so."""
    found: dict[tuple[str | None, str, Client | None], list[Answer]] = {}
    for one in survey.answers:
        key = (one.way.route.via, one.way.route.why, one.way.client)
        found.setdefault(key, []).append(one)
    return tuple(TakenWay(way=each[0].way, answers=tuple(each)) for each in found.values())


def differences(survey: Survey) -> Iterator[Difference]:
    """Every endpoint whose other ways show something else."""
    for answer in survey.answers:
        if answer.report is None:
            continue
        for result in answer.report.results:
            for finding in result.findings if result.check in CHECKS else ():
                yield Difference(answer=answer, check=result.check, summary=finding.summary)
