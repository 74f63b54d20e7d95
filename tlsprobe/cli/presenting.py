"""How reports are shown: JSON Lines, full reports, or a table with what they come to."""

from typing import Protocol

from tlsprobe.cli.look import Printer
from tlsprobe.model.report import Report
from tlsprobe.report import as_table, as_text
from tlsprobe.report.page import Row


class Presenter(Protocol):
    """Takes reports as they come."""

    def show(self, report: Report) -> None:
        """Show one report."""
        ...

    def finish(self) -> None:
        """Say what is to be said at the end."""
        ...


class Records:
    """JSON Lines."""

    def __init__(self, printer: Printer) -> None:
        from tlsprobe.report import as_json  # noqa: PLC0415 - text gets along without

        self._printer = printer
        self._line = as_json.line

    def show(self, report: Report) -> None:
        """Write its record."""
        self._printer.record(self._line(report))

    def finish(self) -> None:
        """Nothing: every line stands alone."""


class Sheets:
    """Full reports, with a blank line between."""

    def __init__(self, printer: Printer, *, verbose: bool) -> None:
        self._printer = printer
        self._verbose = verbose
        self._first = True

    def show(self, report: Report) -> None:
        """Write it in full."""
        apart = () if self._first else (Row(),)
        self._first = False
        self._printer.rows((*apart, *as_text.rows(report, verbose=self._verbose)))

    def finish(self) -> None:
        """Nothing: each says its own."""


class Table:
    """One line each; unless `quiet`, what they come to at the end."""

    def __init__(self, printer: Printer, *, quiet: bool, width: int, addresses: bool) -> None:
        self._printer = printer
        self._quiet = quiet
        self._width = width
        self._addresses = addresses
        self._tally = as_table.Tally()

    def show(self, report: Report) -> None:
        """Write its line."""
        self._tally.add(report)
        row = as_table.row(report, width=self._width, address=self._addresses)
        self._printer.rows((row,), one_line=True)

    def finish(self) -> None:
        """Write the sum."""
        if self._tally.total and not self._quiet:
            self._printer.rows((Row(), *self._tally.rows()))
