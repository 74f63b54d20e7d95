"""A survey as text: a sentence, a line an endpoint, what breaks, the request, what it is not, what is left.

Made for two readers: the engineer at whose server something fails, and whoever he sends it to.
"""

from collections import Counter
from collections.abc import Iterable, Iterator

from tlsprobe.model.asks import no_networks
from tlsprobe.model.cause_kinds import CauseKind
from tlsprobe.model.causes import causes
from tlsprobe.model.consequences import Consequence, consequences
from tlsprobe.model.lookalikes import Standing, lookalikes
from tlsprobe.model.pack import Inspection
from tlsprobe.model.report import Report
from tlsprobe.model.survey import SEVERITY, Answer, HttpAnswer, Lookup, Survey
from tlsprobe.model.upshot import as_documented, bypass, sanctioned, sentence, troubled
from tlsprobe.model.verdict import Conclusion
from tlsprobe.model.wording import counted, listed
from tlsprobe.report import as_table, routes
from tlsprobe.report.as_table import VERDICT_WIDTH
from tlsprobe.report.as_text import TONES, signer
from tlsprobe.report.labelled import COLUMN, MAX_LIST, MAX_NAME, MAX_TEXT, labelled
from tlsprobe.report.lacking import in_short
from tlsprobe.report.page import Row, Span, Tone, shortened
from tlsprobe.wire.codepoints import version_name
from tlsprobe.wire.ip_literals import join_host_port

MOST_HOSTS = 6
"""Names that a sentence lists; the table has them all."""
MOST_REASONS = 3
"""Reasons that are told of whoever re-signs; `--verbose` and JSON have all."""
MOST_WIDTH = 52
"""Columns for host and port."""
NEED_WIDTH = len("recommended")
ANSWERED = "answered"
"""The word for plain HTTP that is answered: it is no verdict on any TLS."""


def head(survey: Survey) -> Iterator[Row]:
    """The sentence for the whole."""
    worst = survey.worst or Conclusion.UNDECIDED
    if survey.worst is None and survey.answers and all(one.well for one in survey.answers):
        worst = Conclusion.DIRECT
    yield Row(
        heads=((0, Span(f"{worst.value}:", TONES[worst])),),
        spans=(Span(shortened(sentence(survey), MAX_LIST)),),
        hang=2,
    )


def lines(survey: Survey) -> Iterator[Row]:
    """A line for each endpoint, the worst first."""
    answers = sorted(survey.answers, key=_rank)
    width = min(max((len(one.question.place) for one in answers), default=0), MOST_WIDTH)
    documented = as_documented(survey)
    unresolved = {
        each.question
        for one in causes(survey)
        if one.kind is CauseKind.DNS_SILENT
        for each in one.answers
    }
    for answer in answers:
        # The system may word it as if the name were at fault.
        reason = "no resolver answers" if answer.question in unresolved else _reason(answer)
        yield _line(answer, reason, width=width, documented=answer in documented)


def rest(survey: Survey) -> Iterator[Row]:
    """What the causes are, what breaks, and which names are left alone."""
    yield from _causes(survey)
    yield from routes.rows(survey)
    yield from _why(survey)
    yield from _bypass(survey)
    yield from _sanctioned(survey)
    yield from _breaks(survey)
    yield from _no_request(survey)


def closing(survey: Survey) -> Iterator[Row]:
    """What it is not, and what was not looked at."""
    if troubled(survey):
        yield Row()
        yield from _lookalikes(survey)
    yield Row()
    yield from _not_looked_at(survey)


def _rank(answer: Answer) -> tuple[int, bool]:
    """The worst first; plain HTTP that is answered last; the order of the pack then."""
    conclusion = _conclusion(answer)
    rank = -1 if conclusion is None else SEVERITY.index(conclusion)
    return -rank, not answer.question.required


def _conclusion(answer: Answer) -> Conclusion | None:
    """The verdict, and `faulty` where the path is well and the version is too old for the service."""
    well = answer.conclusion is Conclusion.DIRECT
    return Conclusion.FAULTY if well and answer.below_floor else answer.conclusion


def _line(answer: Answer, reason: str, *, width: int, documented: bool) -> Row:
    conclusion = _conclusion(answer)
    word = ANSWERED if conclusion is None else conclusion.value
    tone = Tone.GOOD if conclusion is None else TONES[conclusion]
    need = "required" if answer.question.required else "recommended"
    at, beside = VERDICT_WIDTH + 2, VERDICT_WIDTH + 2 + width + 2
    remarked = "; ".join((*_remarks(answer, documented=documented), reason))
    return Row(
        heads=(
            (0, Span(word, tone)),
            (at, Span(answer.question.place)),
            (beside, Span(need, Tone.PLAIN if answer.question.required else Tone.QUIET)),
        ),
        spans=(Span(remarked),),
        hang=beside + NEED_WIDTH + 2,
        below=at + 2,
        unbroken=True,
    )


def _remarks(answer: Answer, *, documented: bool) -> Iterator[str]:
    if answer.question.wildcards:
        yield f"for {', '.join(answer.question.wildcards)}"
    if documented:
        yield "as documented"
    elif answer.intercepted and answer.question.inspection is Inspection.UNSUPPORTED:
        yield "its documentation rules that out"
    if answer.below_floor and answer.version is not None:
        floor = version_name(answer.question.tls_floor or 0)
        yield f"{version_name(answer.version)}, where {floor} is the least"


def _reason(answer: Answer) -> str:
    said = answer.said
    if isinstance(said, HttpAnswer):
        return _http(said)
    name = signer(said.verdict)
    # The reason is much the same for all names of a box: it stands below, once.
    return as_table.reason(said) if name is None else f"under the name {shortened(name, MAX_NAME)}"


def _http(said: HttpAnswer) -> str:
    if said.failure is not None:
        return shortened(said.failure.detail, MAX_TEXT)
    by = f" by {shortened(said.server, MAX_NAME)}" if said.server else ""
    title = f', a page titled "{shortened(said.title, MAX_NAME)}"' if said.title else ""
    away = (
        f", which sends on to {shortened(said.sent_on or '', MAX_TEXT)}" if said.sent_away else ""
    )
    what = "" if said.path == "/" else "a list of revoked certificates: "
    return f"{what}HTTP {said.status}{by}{title}{away}"


def _causes(survey: Survey) -> Iterator[Row]:
    """Each cause in a sentence that can be forwarded, and where it was seen."""
    for at, one in enumerate(causes(survey)):
        if at == 0:
            yield Row()
        label = "cause" if one.harms else "may matter"
        places = _places(one.answers, survey)
        # What convicts a box is told once, below.
        seen = "" if one.kind in _CONVICTED else f"; seen: {shortened(one.detail, MAX_TEXT)}"
        yield labelled(
            label, f"{one.kind.value} at {places}: {one.kind.words}{seen}", limit=MAX_LIST
        )


def _places(answers: tuple[Answer, ...], survey: Survey) -> str:
    """Where: what is one fact of the whole run is not told name by name."""
    if len(answers) == len(survey.answers) > 1:
        return f"all {len(answers)} endpoints"
    return _listed(one.question.place for one in answers)


_CONVICTED = frozenset(
    (
        CauseKind.INSPECTED, CauseKind.PARTLY_INSPECTED, CauseKind.CLIENT_CERTIFICATE_LOST,
        CauseKind.TERMINATED,
    )
)  # fmt: skip


def _why(survey: Survey) -> Iterator[Row]:
    """What convicts whoever re-signs: each reason once, of however many names."""
    reasons = Counter(
        answer.report.verdict.because[0][1].summary
        for answer in survey.answers
        if answer.intercepted and answer.report is not None and answer.report.verdict.because
    )
    for at, (reason, count) in enumerate(reasons.most_common(MOST_REASONS)):
        if at == 0:
            yield Row()
        yield labelled(
            "" if at else "why",
            f"{shortened(reason, MAX_TEXT)} ({counted(count, 'name')})",
            limit=MAX_LIST,
        )


def _bypass(survey: Survey) -> Iterator[Row]:
    hit = bypass(survey)
    if not hit.partial:
        return
    yield Row()
    yield labelled(
        "partly", f"ended on the way ({len(hit.inspected)}): {_hosts(hit.inspected)}; left alone"
        f" ({len(hit.untouched)}): {_hosts(hit.untouched)}", limit=MAX_LIST,
    )  # fmt: skip


def _sanctioned(survey: Survey) -> Iterator[Row]:
    for one in sanctioned(survey):
        yield Row()
        words = f"{one.feature.title} asks for inspection of {_hosts(one.answers)}, "
        yield labelled(
            "may be meant", words, f"{one.feature.condition}: {one.note}", limit=MAX_LIST
        )


def _breaks(survey: Survey) -> Iterator[Row]:
    found = consequences(survey)
    harmed = [one for one in found if one.harmed]
    if harmed:
        yield Row()
        yield Row(heads=((0, Span("what breaks", Tone.LABEL)),))
        for one in harmed:
            yield from _consequence(one)
    well = [one.feature.title for one in found if one.asked and not one.harmed]
    if well and harmed:
        yield labelled("  no harm seen", ", ".join(well), limit=MAX_LIST)
    unasked = [one.feature.title for one in found if not one.asked]
    if unasked:
        yield labelled("  nothing asked", ", ".join(unasked), limit=MAX_LIST)


def _no_request(survey: Survey) -> Iterator[Row]:
    """Why there is none, where something is wrong all the same."""
    found = [one for one in causes(survey) if one.harms]
    if found and all(no_networks(one.kind, each) for one in found for each in one.failing):
        named = ", ".join(one.kind.value for one in found)
        yield Row()
        yield labelled(
            "no request", f"nothing that fails is the network's to mend ({named}): it is the"
            " service's own, or that of whoever runs this machine", limit=MAX_LIST,
        )  # fmt: skip


def _consequence(one: Consequence) -> Iterator[Row]:
    yield Row(heads=((2, Span(one.feature.title, Tone.LABEL)),))
    word = Span("fails", Tone.BAD) if one.fails else Span("may be limited", Tone.WARN)
    places = _listed(each.question.place for each in one.harmed)
    harmed = f": {len(one.harmed)} of {counted(one.asked, 'endpoint')}: {places}"
    yield Row(spans=(word, Span(harmed)), hang=COLUMN)
    for sentence_ in one.breaks:
        yield Row(spans=(Span(sentence_),), hang=COLUMN)
    if one.loses_client_certificate:
        words = (
            "it logs in by client certificate there, and whoever ends the TLS cannot pass that on"
        )
        yield Row(spans=(Span(words),), hang=COLUMN)
    for effect in one.effects:
        yield Row(
            heads=((COLUMN, Span("seen as", Tone.QUIET)),),
            spans=(
                Span(f'"{effect.text}"'),
                Span(f" ({effect.place}): {effect.cause}", Tone.QUIET),
            ),
            hang=COLUMN + 8,
        )


def _lookalikes(survey: Survey) -> Iterator[Row]:
    found = lookalikes(survey)
    standing = {kind: [one for one in found if one.standing is kind] for kind in Standing}
    if standing[Standing.FOUND]:
        words = "what else is there" if bypass(survey).inspected else "what it is"
        yield Row(heads=((0, Span(words, Tone.LABEL)),))
        for one in standing[Standing.FOUND]:
            at = f", at {_listed(one.hosts)}"
            yield labelled("", f"{one.cause}: {one.reason}{at}", limit=MAX_LIST)
    yield Row(heads=((0, Span("what it is not", Tone.LABEL)),))
    for one in standing[Standing.RULED_OUT]:
        yield labelled("", f"{one.cause}: {one.reason}", limit=MAX_LIST)
    if not standing[Standing.RULED_OUT]:
        yield labelled("", "nothing could be ruled out")
    for one in standing[Standing.NOT_LOOKED_AT]:
        yield labelled(
            "", Span(f"not looked at: {one.cause}: {one.reason}", Tone.QUIET), limit=MAX_LIST
        )


def _not_looked_at(survey: Survey) -> Iterator[Row]:
    yield Row(heads=((0, Span("what was not looked at", Tone.LABEL)),))
    if survey.offline:
        yield labelled("", "--offline: nobody but the endpoints themselves was asked")
    reasons: dict[str, dict[str, None]] = {}
    for one in survey.plan.not_asked:
        place = join_host_port(one.endpoint.host, one.endpoint.port)
        reasons.setdefault(one.reason, {})[place] = None
    for reason, places in reasons.items():
        yield labelled("", f"{', '.join(places)}: {reason}", limit=MAX_LIST)
    for lookup in Lookup:
        if lookup not in survey.lookups:
            yield labelled("", f"{lookup.value}: {lookup.words}")
    lacked = dict.fromkeys(
        result.lacked
        for answer in survey.answers
        if answer.report is not None and answer.report.observation.chain
        for result in answer.report.verdict.not_looked_at
    )
    if lacked:
        yield labelled(
            "", Span(f"at some endpoints for want of {in_short(lacked)}", Tone.QUIET),
            limit=MAX_LIST,
        )  # fmt: skip
    looked_up = Lookup.REVOCATION in survey.lookups
    if not looked_up and any(map(_only_answered, survey.answers)):
        yield labelled(
            "",
            "what lies on port 80: that a host answers there does not say that its lists can be had",
        )


def _only_answered(answer: Answer) -> bool:
    """Whether plain HTTP is answered, and it was not seen that what lies there can be had."""
    said = answer.said
    return isinstance(said, HttpAnswer) and said.failure is None and said.path == "/"


def _hosts(answers: Iterable[Answer]) -> str:
    return _listed(one.question.host for one in answers)


def _listed(names: Iterable[str]) -> str:
    return listed(tuple(names), MOST_HOSTS)


def reports(survey: Survey) -> Iterator[Report]:
    """The report of each endpoint whose TLS was asked for."""
    return (one.report for one in survey.answers if one.report is not None)
