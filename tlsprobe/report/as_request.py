"""The request to whoever runs the network: names, ports, why, and the documentation that it rests on.

It is made to be sent as it is, by somebody who does not know this tool to somebody who does not either.
"""

import dataclasses
from collections.abc import Iterable, Iterator, Mapping

from msgspec import Struct
from msgspec.structs import replace

from tlsprobe.model.asks import Ask, Reader
from tlsprobe.model.consequences import consequences
from tlsprobe.model.exemptions import Exemptions, Group, Line, exemptions
from tlsprobe.model.pack import Inspection, Protocol, Source
from tlsprobe.model.survey import Survey
from tlsprobe.model.upshot import interceptors, sanctioned, title
from tlsprobe.model.verdict import Interceptor
from tlsprobe.model.wording import counted, joined, listed
from tlsprobe.report.ask_words import HEADINGS, READERS, SUBJECTS
from tlsprobe.report.labelled import MAX_NAME, MAX_TEXT
from tlsprobe.report.page import Row, Span, Tone, plain, shortened

NOTHING_TO_ASK = "Nothing has to change in the network, as far as this was seen.\n"
"""In the place of a request."""
WIDTH = 100
"""Columns of the request as a text of its own."""
MOST_ISSUERS = 3
MOST_NAMED = 6
"""Endpoints that a sentence names."""
MOST_SUBJECTS = 2
_PORT = 48
"""The column of the port, beside the names."""
_WORDS = 58
"""The column of what is said of a name."""
_BELOW = 8
"""The column of it on lines below the name, where the terminal is narrow."""
_INSPECTION: Mapping[Inspection, str] = {
    Inspection.UNSUPPORTED: "must not be inspected",
    Inspection.MAY_FAIL: "may fail where it is inspected",
    Inspection.NOT_STATED: "of inspection nothing is said",
    Inspection.TOLERATED: "inspection is tolerated",
    Inspection.REQUIRED: "inspection is part of another feature only",
}


class Piece(Struct, frozen=True):
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
    """The request, row by row; none where nothing has to change.

    Its names and addresses are copied from it, so none is broken.
    """
    for piece in _pieces(survey):
        yield replace(piece, row=dataclasses.replace(piece.row, unbroken=True))


def _pieces(survey: Survey) -> Iterator[Piece]:
    wanted = exemptions(survey)
    if not wanted:
        return
    notes = _Notes()
    yield _sentence(_subject(survey, wanted), Tone.LABEL)
    readers = dict.fromkeys(map(_reader, wanted.groups))
    yield _sentence(f"For: {'; '.join(readers)}")
    yield _blank()
    yield from _occasion(survey, wanted)
    for group in wanted.groups:
        yield _blank()
        yield _sentence(f"To {_reader(group)}: {HEADINGS[group.ask]}")
        yield from _listed(group, notes)
        for words in _seen(group, survey):
            yield _sentence(words)
        if group.ask is Ask.EXEMPT:
            yield from _untested(wanted, notes)
    yield from _remarks(survey, wanted)
    documented = list(notes.pieces())
    if documented:
        yield _blank()
        yield _sentence("The documentation that this rests on:")
        yield from documented


def _reader(group: Group) -> str:
    """Who can do it; what comes to nothing behind a proxy may be the proxy's own doing."""
    words = READERS[group.ask.reader]
    proxied = any(one.way.route.proxy is not None for one in group.answers)
    return f"{words} or the proxy" if proxied and group.ask.reader is Reader.FIREWALL else words


_UNTESTED = (
    "Please leave these out as well. The same features need them; only wildcards are documented, and no"
    " host below them could be tried from here:"
)


def _listed(group: Group, notes: "_Notes") -> Iterator[Piece]:
    """The names; of what is one thing for all of them, who hangs on it."""
    if group.ask.of_all_alike:
        named = listed([line.place for line in group.lines], MOST_NAMED)
        yield Piece(Row(spans=(Span(f"needed for {named}"),), hang=4))
        return
    for line in group.lines:
        yield from _line(line, notes, group.ask)


def _untested(wanted: Exemptions, notes: "_Notes") -> Iterator[Piece]:
    if wanted.untested:
        yield _blank()
        yield _sentence(_UNTESTED)
    for line in wanted.untested:
        yield from _line(line, notes, Ask.EXEMPT)


def _subject(survey: Survey, wanted: Exemptions) -> str:
    asks = list(dict.fromkeys(SUBJECTS[one.ask] for one in wanted.groups))
    return f"Request: {joined(asks)} for {title(survey)}"


def _occasion(survey: Survey, wanted: Exemptions) -> Iterator[Piece]:
    where = (
        f" from this machine, {survey.asked_from}" if survey.asked_from else " from this machine"
    )
    ways = dict.fromkeys(one.way.words for one in survey.answers)
    if any(one.way.route.proxy is not None for one in survey.answers):
        where += f", {' or '.join(ways)}"
    when = survey.taken.strftime("%Y-%m-%d %H:%M UTC")
    helped = {one.question for group in wanted.groups for one in group.answers}
    yield _sentence(
        f"On {when}, what {title(survey)} needs was tried{where}:"
        f" {counted(len(survey.answers), 'endpoint')}. This is about {len(helped)} of them."
    )
    failing = [
        one.feature.title
        for one in consequences(survey)
        if any(each.question.required and each.question in helped for each in one.harmed)
    ]
    if failing:
        yield _sentence(f"What fails, or will fail, by this: {', '.join(failing)}.")


def _seen(group: Group, survey: Survey) -> Iterator[str]:
    """What was seen: each cause by the word that the whole report has for it, and where."""
    if group.ask is Ask.EXEMPT:
        yield from _who(survey, group)
    for one in group.causes:
        places = listed([each.question.place for each in one.answers], MOST_NAMED)
        # Lines of lookups are other places than those whose certificates name them.
        of_all = len(group.causes) == 1 and group.ask is not Ask.LOOKUPS
        # What convicts whoever inspects is told above, once.
        detail = "" if group.ask is Ask.EXEMPT else f": {shortened(one.detail, MAX_TEXT)}"
        at = "there" if of_all else f"at {places}"
        yield f"Seen {at}: {one.kind.words} ({one.kind.value}){detail}."


def _who(survey: Survey, group: Group) -> Iterator[str]:
    """Who signs in the service's place, and how that is known."""
    named = [one for one, _ in interceptors(survey) if one.issuer][:MOST_ISSUERS]
    names = "; ".join(shortened(_named(one), MAX_NAME) for one in named)
    if names:
        yield f"TLS is signed anew on the way, under the name {names}."
    for answer in group.answers:
        if answer.report is not None and answer.report.verdict.because:
            reason = answer.report.verdict.because[0][1].summary
            yield f"How that is known: at {answer.question.host}, {shortened(reason, MAX_TEXT)}."
            return


def _named(one: Interceptor) -> str:
    product = " ".join(one.labels)
    return f"{one.issuer} ({product})" if product else one.issuer


def _line(line: Line, notes: "_Notes", ask: Ask) -> Iterator[Piece]:
    marks = "".join(f"[{number}]" for number in notes.numbers(line.sources))
    spans = [Span(f"{'; '.join(_said(line, ask))} "), Span(marks)]
    yield Piece(
        Row(
            heads=((4, Span(line.host, Tone.LABEL)), (_PORT, Span(f"TCP {line.port}"))),
            spans=tuple(spans),
            hang=_WORDS,
            below=_BELOW,
        )
    )


def _said(line: Line, ask: Ask) -> Iterator[str]:
    need = "required" if line.required else "recommended"
    yield f"{need} for {', '.join(line.features)}"
    if line.protocol is Protocol.HTTP:
        yield "plain HTTP"
        if line.certificates:
            yield f"revocation of {_subjects(line.certificates)} is looked up there"
    elif ask is Ask.EXEMPT or (
        ask is not Ask.RESOLVE and line.inspection in (Inspection.UNSUPPORTED, Inspection.MAY_FAIL)
    ):
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
    asks = {one.ask for one in wanted.groups}
    if Ask.LOOKUPS in asks:
        yield _blank()
        yield _sentence(
            "Where revocation is looked up has to be open without a login to a proxy, as services ask"
            " there too. To turn revocation checks off on this machine does not take the place of that:"
            " every client would then accept what was revoked."
        )
    if Ask.EXEMPT not in asks:
        return
    for one in sanctioned(survey):
        hosts = joined([answer.question.host for answer in one.answers])
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
        "To trust the inspecting box's CA on this machine does not take the place of leaving names"
        " out: "
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
