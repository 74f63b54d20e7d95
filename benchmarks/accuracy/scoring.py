"""Who was right: one answer a rule and case, and what they add up to."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from benchmarks.accuracy.scenario import Label, Record, Scenario


class Call(Enum):
    """What a rule says of a case."""

    ALARM = "alarm"
    CLEAR = "clear"
    UNDECIDED = "undecided"
    """Neither: nothing to go by, or a fault that says nothing of interception."""


_CALLS = {
    "inspected": Call.ALARM,
    "terminated": Call.ALARM,
    "direct": Call.CLEAR,
    "faulty": Call.UNDECIDED,
    "blocked": Call.UNDECIDED,
    "undecided": Call.UNDECIDED,
}


@dataclass(frozen=True, slots=True)
class Answer:
    """What a rule says, and whom it names."""

    call: Call
    verdict: str = ""
    """The verdict behind it, where there is one."""
    named: str = ""
    """The vendor, or the product with him; empty where it names nobody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """What the answers of one rule come to."""

    interceptions: int
    found: int
    honest: int
    false_alarms: int
    products: int
    """Cases whose evidence names a product."""
    named: int
    """Of these, found and named rightly."""
    misnamed: int
    """Cases in which an alarm names somebody else, or somebody on an honest path."""
    undecided: int
    """Cases of which the rule says neither."""

    @property
    def recall(self) -> float:
        """Found interceptions, of all."""
        return self.found / self.interceptions if self.interceptions else 1.0


def of_record(record: Record, scenario: Scenario) -> Answer:
    """A verdict as a call: broken pins are an alarm only where nobody gave any."""
    verdict = record["verdict"]
    interceptor = record["interceptor"] or {}
    named = " ".join(filter(None, (interceptor.get("vendor"), interceptor.get("product"))))
    broken = Call.UNDECIDED if scenario.pinned else Call.ALARM
    return Answer(_CALLS.get(verdict, broken), verdict=verdict, named=named)


def is_named(scenario: Scenario, answer: Answer) -> bool:
    """Whether an alarm names the product that it should."""
    wanted = (scenario.product or "").lower()
    return bool(wanted) and answer.call is Call.ALARM and wanted in answer.named.lower()


def is_right(scenario: Scenario, answer: Answer) -> bool:
    """Whether an interception was found, or an honest case left in peace."""
    return (answer.call is Call.ALARM) == (scenario.label is Label.INTERCEPTION)


def tally(answers: Iterable[tuple[Scenario, Answer]]) -> Tally:
    """What the answers of one rule come to."""
    every = list(answers)
    bad = [answer for scenario, answer in every if scenario.label is Label.INTERCEPTION]
    good = [answer for scenario, answer in every if scenario.label is Label.HONEST]
    products = [pair for pair in every if pair[0].product]
    named = [pair for pair in products if is_named(*pair)]
    accused = [
        (scenario, answer)
        for scenario, answer in every
        if answer.call is Call.ALARM
        and answer.named
        # Whoever bears a name of his operator's choosing cannot be named wrongly.
        and (scenario.product or scenario.label is Label.HONEST)
    ]
    return Tally(
        interceptions=len(bad),
        found=sum(answer.call is Call.ALARM for answer in bad),
        honest=len(good),
        false_alarms=sum(answer.call is Call.ALARM for answer in good),
        products=len(products),
        named=len(named),
        misnamed=sum(not is_named(*pair) for pair in accused),
        undecided=sum(answer.call is Call.UNDECIDED for _, answer in every),
    )
