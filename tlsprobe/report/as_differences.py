"""A report as what is other than in the baseline: a line, what differs below it, or JSON."""

from collections.abc import Iterator

from tlsprobe.model.baselines import observed_before
from tlsprobe.model.differences import Difference, differences, nearest
from tlsprobe.model.jsonable import encode_differences
from tlsprobe.model.observation import Observation
from tlsprobe.model.report import Report
from tlsprobe.model.verdict import Conclusion
from tlsprobe.report import as_table
from tlsprobe.report.page import Row, Span, Tone, shortened

INDENT = 12
WIDTH = 24
"""Columns for what differs."""
MAX_TEXT = 400


def rows(report: Report) -> Iterator[Row]:
    """Verdict and endpoint in one row, with what they come to; and a row for each difference."""
    then = _then(report)
    found = () if then is None else differences(then, report.observation)
    line = as_table.row(report)
    if report.verdict.conclusion is Conclusion.DIRECT:
        line = Row(heads=line.heads, spans=(Span(_came_to(then, found)),), hang=line.hang)
    yield line
    for one in found:
        yield Row(
            heads=((INDENT, Span(one.what, Tone.LABEL)),),
            spans=(
                Span(shortened(one.then, MAX_TEXT), Tone.QUIET),
                Span(" -> "),
                Span(shortened(one.now, MAX_TEXT)),
            ),
            hang=INDENT + WIDTH,
        )


def line(report: Report) -> bytes:
    """One line of JSON, with its line end."""
    then = _then(report)
    found = () if then is None else differences(then, report.observation)
    return encode_differences(report, then, found) + b"\n"


def _then(report: Report) -> Observation | None:
    """What is compared with: of all that the baseline has of the endpoint, the most alike."""
    before = observed_before(report.controls)
    return nearest(before, report.observation) if before else None


def _came_to(then: Observation | None, found: tuple[Difference, ...]) -> str:
    if then is None:
        return "is not in the baseline"
    day = then.taken.date().isoformat()
    if not found:
        return f"as on {day}"
    return f"other than on {day}: {', '.join(one.what for one in found)}"
