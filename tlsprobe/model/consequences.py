"""What a survey means for the service: which features are harmed, and how that looks to its users."""

from collections.abc import Iterator

from msgspec import Struct

from tlsprobe.model.client_certificates import clean_way_asks_for_none
from tlsprobe.model.pack import Effect, Feature, Inspection
from tlsprobe.model.survey import SEVERITY, Answer, Survey
from tlsprobe.model.verdict import Conclusion

HARMFUL = frozenset(
    (
        Conclusion.INSPECTED, Conclusion.TERMINATED, Conclusion.PIN_BROKEN, Conclusion.FAULTY,
        Conclusion.BLOCKED,
    )
)  # fmt: skip
"""Verdicts under which something may not work; of an undecided one nobody knows."""
ALLOWED = frozenset((Inspection.TOLERATED, Inspection.REQUIRED))
"""What documentation says where an inspected name is as documented."""


class Consequence(Struct, frozen=True, kw_only=True):
    """What becomes of one feature."""

    feature: Feature
    asked: int
    """How many endpoints of it were asked."""
    harmed: tuple[Answer, ...]
    """Those that fail it, the worst first."""
    breaks: tuple[str, ...] = ()
    """What no longer works, in sentences."""
    effects: tuple[Effect, ...] = ()
    """How it looks to whoever runs the service."""
    loses_client_certificate: bool = False
    """Whether it logs in by certificate where somebody ends its TLS."""

    @property
    def fails(self) -> bool:
        """Whether an endpoint that it requires is among the harmed."""
        return any(one.question.required for one in self.harmed)


def consequences(survey: Survey) -> tuple[Consequence, ...]:
    """One for each feature that was asked about, in the order of the pack."""
    return tuple(_consequence(survey, feature) for feature in survey.plan.features)


def harms(answer: Answer, feature: str) -> bool:
    """Whether the feature may fail by what was answered.

    Where its documentation tolerates inspection, or is made by it, an inspected name is as documented.
    """
    if answer.below_floor:
        return True
    if answer.intercepted and inspection_allowed(answer, feature):
        return False
    return answer.conclusion in HARMFUL


def inspection_allowed(answer: Answer, feature: str) -> bool:
    """Whether all that is documented of this feature allows the name to be inspected."""
    stated = [one.inspection for one in answer.question.endpoints if feature in one.features]
    return all(one in ALLOWED for one in stated)


def harmful(survey: Survey) -> tuple[Answer, ...]:
    """Every answer that harms a feature that was asked about, the worst first."""
    names = [one.name for one in survey.plan.features]
    found = [
        one
        for one in survey.answers
        if any(name in one.question.features and harms(one, name) for name in names)
    ]
    return _worst_first(found)


def _consequence(survey: Survey, feature: Feature) -> Consequence:
    answers = survey.of(feature.name)
    harmed = _worst_first([one for one in answers if harms(one, feature.name)])
    return Consequence(
        feature=feature,
        asked=len(answers),
        harmed=harmed,
        breaks=tuple(dict.fromkeys(_breaks(feature, harmed))),
        effects=tuple(
            effect
            for effect in survey.plan.pack.effects
            if any(shows(effect, one, feature.name) for one in harmed)
        ),
        loses_client_certificate=any(
            one.intercepted and _loses_request(one, feature.name) for one in harmed
        ),
    )


def _breaks(feature: Feature, harmed: tuple[Answer, ...]) -> Iterator[str]:
    if any(one.question.required for one in harmed):
        yield feature.breaks
    for answer in harmed:
        for endpoint in answer.question.endpoints:
            if feature.name in endpoint.features and endpoint.breaks:
                yield endpoint.breaks


def _loses_request(answer: Answer, feature: str) -> bool:
    if answer.report is not None and clean_way_asks_for_none(answer.report):
        return False
    return any(
        one.asks_for_client_certificate
        for one in answer.question.endpoints
        if feature in one.features
    )


def shows(effect: Effect, answer: Answer, feature: str) -> bool:
    """Whether what was answered brings this effect about."""
    if effect.features and feature not in effect.features:
        return False
    if effect.verdicts and answer.conclusion not in effect.verdicts:
        return False
    if effect.failures and (answer.failure is None or answer.failure.kind not in effect.failures):
        return False
    if effect.protocol is not None and answer.question.protocol is not effect.protocol:
        return False
    if not effect.checks:
        return True
    results = () if answer.report is None else answer.report.results
    return any(one.findings and one.check in effect.checks for one in results)


def _worst_first(answers: list[Answer]) -> tuple[Answer, ...]:
    """By verdict; required before recommended; in the order of the pack then."""
    return tuple(sorted(answers, key=_badness, reverse=True))


def _badness(answer: Answer) -> tuple[int, bool]:
    rank = SEVERITY.index(answer.conclusion) if answer.conclusion is not None else -1
    return rank, answer.question.required
