"""How a survey is shown: JSON Lines, lines alone, or the report that is made to be sent."""

from collections.abc import Iterable

from tlsprobe.cli.console import Console
from tlsprobe.cli.probing import Output
from tlsprobe.model.survey import Survey
from tlsprobe.report import as_check, as_request, as_text
from tlsprobe.report.as_request import Piece
from tlsprobe.report.page import Row, Span, Tone


def present(survey: Survey, console: Console, output: Output) -> None:
    """Write it in the form that is wanted."""
    if output.json:
        _records(survey, console)
        return
    if output.quiet:
        # Where nobody was asked, the sentence says why.
        rows = as_check.lines(survey) if survey.answers else as_check.head(survey)
        console.rows(rows, one_line=True)
        return
    console.rows((*as_check.head(survey), Row()))
    # A terminal has room for the whole reason below; a pipe is searched line by line.
    console.rows(as_check.lines(survey), one_line=not console.look.line_width)
    console.rows(as_check.rest(survey))
    _request(survey, console)
    console.rows(as_check.closing(survey))
    if output.verbose:
        for report in as_check.reports(survey):
            console.rows((Row(), *as_text.rows(report, verbose=True)))


def request_alone(survey: Survey, console: Console) -> None:
    """Write nothing but the request, or that there is none to make."""
    wanted = list(as_request.pieces(survey))
    if wanted:
        _pieces(wanted, console)
    else:
        console.text(as_request.NOTHING_TO_ASK)


def _records(survey: Survey, console: Console) -> None:
    from tlsprobe.model.survey_json import encode_answer, encode_survey  # noqa: PLC0415 - not for text

    for answer in survey.answers:
        console.record(encode_answer(answer, survey) + b"\n")
    console.record(encode_survey(survey, request=as_request.text(survey)) + b"\n")


def _request(survey: Survey, console: Console) -> None:
    """The request; on a terminal a long address goes on, as nothing may be cut off it."""
    wanted = list(as_request.pieces(survey))
    if not wanted:
        return
    console.rows((Row(), Row(heads=((0, Span("the request to send", Tone.LABEL)),)), Row()))
    _pieces(wanted, console)


def _pieces(wanted: Iterable[Piece], console: Console) -> None:
    for piece in wanted:
        console.rows((piece.row,), one_line=piece.whole and not console.look.line_width)
