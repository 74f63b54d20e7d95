"""What a survey comes to in one sentence, and who is behind what was found."""

from collections import Counter

from msgspec import Struct

from tlsprobe.model.blocked_lookups import blocked_lookups
from tlsprobe.model.consequences import harmful, inspection_allowed
from tlsprobe.model.pack import Feature, Inspection, Protocol
from tlsprobe.model.portals import portal
from tlsprobe.model.survey import Answer, Survey
from tlsprobe.model.verdict import Conclusion, Interceptor
from tlsprobe.model.wording import counted

MOST_NAMED = 2
"""Issuers that the sentence names."""


class Bypass(Struct, frozen=True, kw_only=True):
    """Which names are inspected, and which are not."""

    inspected: tuple[Answer, ...]
    untouched: tuple[Answer, ...]
    """Those of which it is known: their verdict is `direct`."""

    @property
    def partial(self) -> bool:
        """Whether somebody reads some names and leaves others alone."""
        return bool(self.inspected and self.untouched)


def bypass(survey: Survey) -> Bypass:
    """The names that were asked, by whether somebody ends their TLS."""
    return Bypass(
        inspected=tuple(one for one in survey.answers if one.intercepted),
        untouched=tuple(one for one in survey.answers if one.conclusion is Conclusion.DIRECT),
    )


def interceptors(survey: Survey) -> tuple[tuple[Interceptor, int], ...]:
    """Whoever re-signs, with how many names: the busiest first."""
    found = Counter[Interceptor]()
    for one in survey.answers:
        named = None if one.report is None else one.report.verdict.interceptor
        if named is not None:
            found[named] += 1
    return tuple(found.most_common())


def as_documented(survey: Survey) -> tuple[Answer, ...]:
    """Names that are inspected where the documentation of all that was asked for allows it."""
    names = [one.name for one in survey.plan.features]
    return tuple(
        one
        for one in survey.answers
        if one.intercepted
        and all(inspection_allowed(one, name) for name in names if name in one.question.features)
    )


class Sanctioned(Struct, frozen=True, kw_only=True):
    """A feature that was not asked about, and that may be why names are inspected."""

    feature: Feature
    answers: tuple[Answer, ...]
    note: str
    """What its documentation says of it."""


def sanctioned(survey: Survey) -> tuple[Sanctioned, ...]:
    """Features in use at some places only, whose inspection is asked for at names that are inspected."""
    plan, found = survey.plan, list[Sanctioned]()
    for feature in plan.pack.features:
        if feature in plan.features or not feature.condition:
            continue
        entries = {
            (one.host, one.port): one.note
            for one in plan.pack.endpoints
            if feature.name in one.features
            and one.inspection is Inspection.REQUIRED
            and (not one.clouds or plan.cloud in one.clouds)
        }
        hit = tuple(
            one
            for one in survey.answers
            if one.intercepted and (one.question.host, one.question.port) in entries
        )
        if hit:
            note = entries[hit[0].question.host, hit[0].question.port]
            found.append(Sanctioned(feature=feature, answers=hit, note=note))
    return tuple(found)


def title(survey: Survey) -> str:
    """The service, and which of its clouds."""
    plan = survey.plan
    return plan.pack.title if plan.cloud is None else f"{plan.pack.title} ({plan.cloud})"


def sentence(survey: Survey) -> str:
    """The whole in one sentence, for somebody who reads no further."""
    name = title(survey)
    if not survey.answers:
        return f"{name}: nobody was asked: {_why_nobody(survey)}"
    clauses = [*_interception(survey), *_others(survey)]
    if clauses:
        return f"{name}: {'; '.join(clauses)}"
    return f"{name}: {_well(survey)}"


def _why_nobody(survey: Survey) -> str:
    reasons = dict.fromkeys(one.reason for one in survey.plan.not_asked)
    return "; ".join(reasons) or "the pack has no endpoint for what was chosen"


def _interception(survey: Survey) -> list[str]:
    hit = bypass(survey).inspected
    if not hit:
        return []
    of = sum(one.question.protocol is Protocol.TLS for one in survey.answers)
    # Who shows a public chain is known by his hop at most.
    named = [one.issuer for one, _ in interceptors(survey) if one.issuer]
    under = f", under the name {' and '.join(named[:MOST_NAMED])}" if named else ""
    more = f" and {len(named) - MOST_NAMED} more" if len(named) > MOST_NAMED else ""
    clauses = [f"somebody on the path ends the TLS of {len(hit)} of {of} endpoints{under}{more}"]
    forbidden = [one for one in hit if one.question.inspection is Inspection.UNSUPPORTED]
    documented = as_documented(survey)
    if forbidden:
        clauses.append(f"documentation rules that out {_all_or(len(forbidden), len(hit))}")
    if documented:
        clauses.append(f"it is as documented {_all_or(len(documented), len(hit))}")
    return clauses


def _all_or(part: int, whole: int) -> str:
    if part == whole:
        return "there" if whole == 1 else "at all of them"
    return f"at {part} of them"


def _others(survey: Survey) -> list[str]:
    clauses: list[str] = []
    unlooked = {one.answer.question for one in blocked_lookups(survey) if one.alone}
    found = portal(survey)
    faulty = [one for one in survey.answers if one.conclusion is Conclusion.FAULTY]
    strangers = [one for one in faulty if one.report is not None and found.shows(one.report)]
    faulty = [one for one in faulty if one not in strangers]
    there_by_words = (
        (_concluded(survey, Conclusion.PIN_BROKEN), "would be cut by clients that pin"),
        (strangers, "are answered with a stranger's certificate, one and the same for all"),
        (
            [one for one in faulty if one.question in unlooked],
            "have a certificate whose revocation cannot be looked up",
        ),
        (
            [one for one in faulty if one.question not in unlooked],
            "answered with a fault that is not the network's",
        ),
        (_concluded(survey, Conclusion.BLOCKED), "cannot be used at all"),
        (_concluded(survey, Conclusion.UNDECIDED), "are undecided"),
    )
    for there, words in there_by_words:
        if there:
            required = sum(one.question.required for one in there)
            clauses.append(f"{_count(len(there))} ({required} required) {_agreed(words, there)}")
    old = sum(one.below_floor for one in survey.answers)
    if old:
        speak = "speaks" if old == 1 else "speak"
        clauses.append(f"{_count(old)} {speak} an older TLS than the service accepts")
    return clauses


def _concluded(survey: Survey, conclusion: Conclusion) -> list[Answer]:
    return [one for one in survey.answers if one.conclusion is conclusion]


def _agreed(words: str, there: list[Answer]) -> str:
    if len(there) > 1:
        return words
    return words.replace("are ", "is ", 1).replace("have ", "has ", 1)


def _count(count: int) -> str:
    return counted(count, "endpoint")


def _well(survey: Survey) -> str:
    direct = len(bypass(survey).untouched)
    answered = sum(one.question.protocol is Protocol.HTTP for one in survey.answers)
    clauses: list[str] = []
    if direct:
        those = (
            "the 1 endpoint that was" if direct == 1 else f"any of the {direct} endpoints that were"
        )
        clauses.append(f"nobody re-signs the TLS of {those} asked")
    if answered:
        clauses.append(f"{_count(answered)} answered plain HTTP")
    return ", and ".join(clauses)


def troubled(survey: Survey) -> bool:
    """Whether anything has to be explained."""
    return bool(harmful(survey))
