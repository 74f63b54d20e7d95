"""Whether resolvers are silent: who answers some questions of a run and drops others is not."""

from msgspec import Struct

from tlsprobe.model.names import NameAnswer, Sort
from tlsprobe.model.observation import Failure, Observation, Stage, Target, Timings
from tlsprobe.model.report import Report
from tlsprobe.model.survey import Answer, HttpAnswer, Survey


class Heard(Struct, frozen=True, kw_only=True):
    """What resolvers had to say in a whole run."""

    asked: frozenset[str] = frozenset()
    """Those that were asked by themselves."""
    answering: frozenset[str] = frozenset()
    """Those of them that had an answer for a name at least."""
    by_the_system: bool = False
    """Whether the system found a name by them: they are where it asks."""

    @property
    def something(self) -> bool:
        """Whether any answered for any name."""
        return bool(self.answering) or self.by_the_system

    def silent_beside(self, report: Report) -> tuple[NameAnswer, ...]:
        """What those said of one name that had no answer for any, while another had."""
        return tuple(
            one
            for one in asked_for_it(report)
            if self.answering and one.resolver not in self.answering
        )


def heard(survey: Survey) -> Heard:
    """What all answers of a survey show of the resolvers."""
    said = [
        one for answer in survey.answers if answer.report for one in asked_for_it(answer.report)
    ]
    listed = {
        answer.question.host
        for answer in survey.answers
        if answer.report and _listed(answer.report)
    }
    return Heard(
        asked=frozenset(one.resolver for one in said),
        answering=frozenset(one.resolver for one in said if one.sort is not Sort.NO_ANSWER),
        by_the_system=any(
            _found(answer) for answer in survey.answers if answer.question.host not in listed
        ),
    )


def asked_for_it(report: Report) -> tuple[NameAnswer, ...]:
    """What each resolver said by itself."""
    names = report.observation.names
    return () if names is None else names.resolvers


def none_answered(report: Report) -> bool:
    """Whether some were asked for the name, and none of them had an answer.

    A system whose resolvers are all silent may say that the name does not exist, as Windows does. A
    resolver that itself has no answer says nothing of the name either.
    """
    answers = asked_for_it(report)
    return bool(answers) and all(one.sort is Sort.NO_ANSWER for one in answers)


def _listed(report: Report) -> bool:
    """Whether the hosts file has the name, so that no resolver was needed for it."""
    names = report.observation.names
    return names is not None and bool(names.hosts_file)


def _found(answer: Answer) -> bool:
    """Whether the system looked the name up, and had an address for it."""
    said: Observation | HttpAnswer
    said = answer.said if isinstance(answer.said, HttpAnswer) else answer.said.observation
    target: Target = said.target
    timings: Timings = said.timings
    failure: Failure | None = said.failure
    looked_up = target.via is None and timings.dns is not None
    return looked_up and (failure is None or failure.stage is not Stage.DNS)
