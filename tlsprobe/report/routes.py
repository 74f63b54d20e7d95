"""The ways of a survey in rows: which one the service takes, by whose word, and where others differ."""

from collections.abc import Iterator

from tlsprobe.model.route_choice import Client
from tlsprobe.model.survey import Survey
from tlsprobe.model.taken_ways import Difference, TakenWay, differences, ways_taken
from tlsprobe.model.wording import counted, in_words, listed
from tlsprobe.report.labelled import MAX_LIST, MAX_TEXT, labelled
from tlsprobe.report.page import Row, Span, Tone, shortened

MOST_DIFFERENCES = 4
"""Sentences that are told, each once for all endpoints that it is said of; JSON has all."""
MOST_PLACES = 6
_WHOSE = {
    None: "the caller",
    Client.DOTNET: ".NET, as the service itself",
    Client.PAC: "the script",
    Client.ENVIRONMENT: "the environment",
}


def rows(survey: Survey) -> Iterator[Row]:
    """The ways; nothing where no proxy is known, and every client goes directly."""
    taken = [one for one in ways_taken(survey) if one.way.route.proxy is not None or one.way.others]
    if not taken:
        return
    yield Row()
    for at, one in enumerate(taken):
        yield labelled("" if at else "way", *_taken(one), limit=MAX_LIST)
    alike: dict[str, list[Difference]] = {}
    for each in differences(survey):
        # The same sentence may have each endpoint's own name in it.
        alike.setdefault(each.summary.replace(each.answer.question.host, "*"), []).append(each)
    different = list(alike.values())
    for at, same in enumerate(different[:MOST_DIFFERENCES]):
        places = listed([each.answer.question.place for each in same], MOST_PLACES)
        said = f"{places}: {shortened(same[0].summary, MAX_TEXT)}"
        yield labelled("" if at else "ways differ", said, limit=MAX_LIST)
    if len(different) > MOST_DIFFERENCES:
        yield labelled("", f"and {len(different) - MOST_DIFFERENCES} more")


def _taken(one: TakenWay) -> Iterator[str | Span]:
    whose = _WHOSE.get(one.way.client, "")
    yield f"{one.way.words}, {counted(len(one.answers), 'endpoint')}"
    yield Span(f", by {whose} ({one.way.route.why})", Tone.QUIET)
    if one.way.others:
        yield f"; compared with: {', '.join(in_words(each.via) for each in one.way.others)}"
