"""The request to whoever runs the network: names, ports, why, and the documentation that it rests on.

It is made to be sent as it is, by somebody who does not know this tool to somebody who does not either.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from tlsprobe.model.consequences import consequences
from tlsprobe.model.exemptions import Exemptions, Line, exemptions
from tlsprobe.model.pack import Inspection, Protocol, Source
from tlsprobe.model.survey import Survey
from tlsprobe.model.upshot import interceptors, sanctioned, title
from tlsprobe.model.verdict import Interceptor
from tlsprobe.model.way import in_words
from tlsprobe.report.labelled import MAX_NAME, MAX_TEXT
from tlsprobe.report.page import Row, Span, Tone, plain, shortened

WIDTH = 100
"""Columns of the request as a text of its own."""
MOST_ISSUERS = 3
MOST_SUBJECTS = 2
_PORT = 48
"""The column of the port, beside the names."""
_WORDS = 58
"""The column of what is said of a name."""
_INSPECTION: Mapping[Inspection, str] = {
    Inspection.UNSUPPORTED: "must not be inspected",
    Inspection.MAY_FAIL: "may fail where it is inspected",
    Inspection.NOT_STATED: "of inspection nothing is said",
    Inspection.TOLERATED: "inspection is tolerated",
    Inspection.REQUIRED: "inspection is part of another feature only",
}


@dataclass(frozen=True, slots=True)
class Piece:
    """A row, and whether it is to stay on one line: an address that is broken is none."""

    row: Row
    whole: bool = False


def text(survey: Survey) -> str:
    """The request as plain text; empty where nothing has to change."""
    return "".join(
        plain((piece.row,), 0 if piece.whole else WIDTH, wrap=not piece.whole)
        for piece in pieces(survey)
    )


def pieces(survey: Survey) -> Iterator[Piece]:
    """The request, row by row; none where nothing has to change."""
    wanted = exemptions(survey)
    if not wanted:
        return
    notes = _Notes()
    yield _sentence(_subject(survey, wanted), Tone.LABEL)
    yield _blank()
    yield from _occasion(survey, wanted)
    for heading, lines, exempting in _parts(wanted):
        if lines:
            yield _blank()
            yield _sentence(heading)
            for line in lines:
                yield from _line(line, notes, exempting=exempting)
    yield from _remarks(survey, wanted)
    documented = list(notes.pieces())
    if documented:
        yield _blank()
        yield _sentence("The documentation that this rests on:")
        yield from documented


_EXEMPT = "Please leave these out of TLS inspection, for connections of this machine:"
_UNTESTED = (
    "Please leave these out as well. The same features need them; only wildcards are documented, and no"
    " host below them could be tried from here:"
)
_ALLOW = "Please let outbound connections of this machine to these through:"
_RESOLVE = (
    "Please let these names be resolved as they are on the internet; here they are not resolved, or"
    " lead elsewhere:"
)


def _parts(wanted: Exemptions) -> tuple[tuple[str, tuple[Line, ...], bool], ...]:
    return (
        (_EXEMPT, wanted.exempt, True),
        (_UNTESTED, wanted.untested, True),
        (_ALLOW, wanted.allow, False),
        (_RESOLVE, wanted.resolve, False),
    )


def _subject(survey: Survey, wanted: Exemptions) -> str:
    asks = [
        *(["exempt names from TLS inspection"] if wanted.exempt else []),
        *(["allow connections"] if wanted.allow else []),
        *(["let names be resolved"] if wanted.resolve else []),
    ]
    listed = " and ".join((", ".join(asks[:-1]), asks[-1])) if asks[1:] else asks[0]
    return f"Request: {listed} for {title(survey)}"


def _occasion(survey: Survey, wanted: Exemptions) -> Iterator[Piece]:
    where = f" from {survey.asked_from}" if survey.asked_from else ""
    ways = dict.fromkeys(in_words(one.way.route) for one in survey.answers)
    if any(one.way.route.proxy is not None for one in survey.answers):
        where += f", {' or '.join(ways)}"
    when = survey.taken.strftime("%Y-%m-%d %H:%M UTC")
    yield _sentence(
        f"On {when}, the endpoints that {title(survey)} needs were tried{where}. "
        + " ".join(_seen(survey, wanted))
    )
    failing = [one.feature.title for one in consequences(survey) if one.fails]
    if failing:
        yield _sentence(f"What fails, or will fail, by this: {', '.join(failing)}.")


def _seen(survey: Survey, wanted: Exemptions) -> Iterator[str]:
    if wanted.exempt:
        who = interceptors(survey)[:MOST_ISSUERS]
        names = "; ".join(shortened(_named(one), MAX_NAME) for one, _ in who)
        hit = [one.question.place for one in survey.answers if one.intercepted]
        yield (
            f"At {len(hit)} of {len(survey.answers)}, TLS does not come from the service: somebody on"
            " the way ends it" + (f", and signs anew under the name {names}." if names else ".")
        )
        reason = _evidence(survey)
        if reason:
            yield f"How that is known: {shortened(reason, MAX_TEXT)}."
    lookups = [one for one in wanted.allow if one.certificates]
    closed = len(wanted.allow) - len(lookups)
    if closed:
        yield f"At {closed}, nothing of use comes back: no connection, one that is cut, or other bytes."
    if lookups:
        more = " more" if closed else ""
        yield (
            f"At {len(lookups)}{more}, which certificates of the service name, nothing can be learned of"
            " their revocation: clients that insist on that refuse these certificates."
        )
    if wanted.resolve:
        yield f"At {len(wanted.resolve)}, the name cannot be resolved here, or leads elsewhere."


def _named(one: Interceptor) -> str:
    product = " ".join(part for part in (one.vendor, one.product) if part)
    return f"{one.issuer} ({product})" if product else one.issuer


def _evidence(survey: Survey) -> str:
    """The foremost reason of the first name that is re-signed."""
    for answer in survey.answers:
        if answer.intercepted and answer.report is not None and answer.report.verdict.because:
            return f"at {answer.question.host}, {answer.report.verdict.because[0][1].summary}"
    return ""


def _line(line: Line, notes: "_Notes", *, exempting: bool) -> Iterator[Piece]:
    marks = "".join(f"[{number}]" for number in notes.numbers(line.sources))
    spans = [Span(f"{'; '.join(_said(line, exempting=exempting))} "), Span(marks)]
    yield Piece(
        Row(
            heads=((4, Span(line.host, Tone.LABEL)), (_PORT, Span(f"TCP {line.port}"))),
            spans=tuple(spans),
            hang=_WORDS,
        )
    )


def _said(line: Line, *, exempting: bool) -> Iterator[str]:
    need = "required" if line.required else "recommended"
    yield f"{need} for {', '.join(line.features)}"
    if line.protocol is Protocol.HTTP:
        yield "plain HTTP"
        if line.certificates:
            yield f"revocation of {_subjects(line.certificates)} is looked up there"
    elif exempting or line.inspection in (Inspection.UNSUPPORTED, Inspection.MAY_FAIL):
        yield _INSPECTION[line.inspection]
    if line.wildcard:
        tried = f" (tried: {', '.join(line.examples)})" if line.examples else ""
        yield f"only this wildcard is documented{tried}"
    if line.shared:
        yield "hosts of strangers are below it too, so keep it to this machine"


def _subjects(subjects: tuple[str, ...]) -> str:
    """Certificates of strangers: few, and none at length."""
    shown = [shortened(one, MAX_NAME) for one in subjects[:MOST_SUBJECTS]]
    left = len(subjects) - len(shown)
    return ", ".join((*shown, *([f"{left} more"] if left else [])))


def _remarks(survey: Survey, wanted: Exemptions) -> Iterator[Piece]:
    if any(one.certificates for one in wanted.allow):
        yield _blank()
        yield _sentence(
            "These have to be open without a login to a proxy, as services ask them too. To turn"
            " revocation checks off on this machine does not take the place of that: every client would"
            " then accept what was revoked."
        )
    if not wanted.exempt:
        return
    for one in sanctioned(survey):
        hosts = ", ".join(answer.question.host for answer in one.answers)
        yield _blank()
        yield _sentence(
            f"If inspection of {hosts} is for {one.feature.title}, that may stay for whom it is meant for:"
            " only this machine has to be left out."
        )
    ruled_out = any(one.inspection is Inspection.UNSUPPORTED for one in wanted.exempt)
    by_certificate = any(one.loses_client_certificate for one in consequences(survey))
    if not ruled_out and not by_certificate:
        return
    yield _blank()
    reasons = [
        *(["the documentation rules inspection out"] if ruled_out else []),
        *(["a login by client certificate cannot be passed on by whoever ends the TLS"]
          if by_certificate else []),
    ]  # fmt: skip
    yield _sentence(
        "To trust the inspecting box's CA on this machine does not take the place of that: "
        + ", and ".join(reasons) + "."
    )  # fmt: skip


class _Notes:
    """Pages by number, in the order in which they are referred to."""

    def __init__(self) -> None:
        self._numbers: dict[Source, int] = {}

    def numbers(self, sources: Iterable[Source]) -> list[int]:
        """Their numbers."""
        return [self._numbers.setdefault(one, len(self._numbers) + 1) for one in sources]

    def pieces(self) -> Iterator[Piece]:
        """Each page and its address."""
        for source, number in self._numbers.items():
            yield Piece(
                Row(
                    heads=((4, Span(f"[{number}]")),),
                    spans=(Span(f"{source.title}, as of {source.as_of.isoformat()}"),),
                    hang=9,
                )
            )
            yield Piece(Row(spans=(Span(source.url),), hang=9), whole=True)


def _sentence(words: str, tone: Tone = Tone.PLAIN) -> Piece:
    return Piece(Row(spans=(Span(words, tone),)))


def _blank() -> Piece:
    return Piece(Row())
