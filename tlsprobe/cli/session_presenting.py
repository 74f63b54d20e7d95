"""How the sessions of captures are shown: JSON Lines, full reports, or a line each and a sum."""

from collections.abc import Callable
from dataclasses import replace

from msgspec import Struct

from tlsprobe.cli.look import Printer
from tlsprobe.model.json_remembered import RememberingEncoder
from tlsprobe.model.report import Report
from tlsprobe.report import as_sessions, as_text
from tlsprobe.report.as_names import Names
from tlsprobe.report.as_sessions import Columns
from tlsprobe.report.as_table import Tally
from tlsprobe.report.page import Row, Span, Tone

SessionPresenter = Callable[[Report], None]


class Style(Struct, frozen=True, kw_only=True):
    """How it is wanted."""

    json: bool
    quiet: bool
    verbose: bool
    several: bool
    """More than one file is read: then it is said which."""
    columns: Columns

    @property
    def summed_up(self) -> bool:
        """Whether it is said at the end what all sessions come to."""
        return not self.json and not self.quiet


def presenter(
    style: Style, printer: Printer, file: str, encoder: RememberingEncoder
) -> SessionPresenter:
    """What shows the sessions of one file."""
    if style.json:
        return _records(printer, encoder)
    show = _sheets(printer) if style.verbose else _lines(style, printer, file)
    return _below_heading(show, printer, file) if style.several and not style.quiet else show


def _records(printer: Printer, encoder: RememberingEncoder) -> SessionPresenter:
    record, encode = printer.record, encoder.encode
    return lambda report: record(encode(report) + b"\n")


def _sheets(printer: Printer) -> SessionPresenter:
    return lambda report: printer.rows((*as_text.rows(report, verbose=True), Row()))


def _lines(style: Style, printer: Printer, file: str) -> SessionPresenter:
    # Without headings, a line has to say itself where its session stands.
    named = (Span(f" [{file}]", Tone.QUIET),) if style.several and style.quiet else ()

    def show(report: Report) -> None:
        row = as_sessions.row(report, style.columns)
        printer.rows((replace(row, spans=(*row.spans, *named)),), one_line=True)

    return show


def _below_heading(show: SessionPresenter, printer: Printer, file: str) -> SessionPresenter:
    begun = False

    def show_below(report: Report) -> None:
        nonlocal begun
        if not begun:
            begun = True
            printer.rows((as_sessions.heading(file),))
        show(report)

    return show_below


def sum_up(printer: Printer, style: Style, tally: Tally, names: Names, *, files: str) -> None:
    """Say what all sessions come to: by server name, and altogether."""
    if not tally.total:
        return
    if not style.verbose:  # there every report ends with an empty line
        printer.rows((Row(),))
    named = "1 server name" if len(names) == 1 else f"{len(names)} server names"
    printer.rows((Row(spans=(Span("by server name, the worst first", Tone.LABEL),)),))
    printer.rows(names.rows(style.columns), one_line=True)
    printer.rows((Row(), *tally.rows()))
    printer.rows((Row(spans=(Span(f"{named}, {files}", Tone.QUIET),)),))
