"""The table, and the part of README that it stands in."""

import re
from collections.abc import Sequence
from pathlib import Path

from benchmarks.accuracy.bench import NAMES, Result, tallies
from benchmarks.accuracy.scenario import Label
from benchmarks.page import table

README = Path(__file__).parents[2] / "README.md"
BEGIN = "<!-- accuracy: written by `make accuracy` -->"
END = "<!-- /accuracy -->"
COLUMNS = ("rule", "recall", "false alarms", "named products", "undecided")
MARKS = {"tlsprobe": "`tlsprobe`", "tlsprobe --no-reference": "`tlsprobe --no-reference`"}


def summary(results: Sequence[Result]) -> str:
    """The table over the cases that were played."""
    rows = [
        (
            MARKS.get(name, name),
            f"{100 * one.recall:.0f} % ({one.found} of {one.interceptions})",
            f"{one.false_alarms} of {one.honest}",
            f"{one.named} of {one.products}" + (f", {one.misnamed} wrong" if one.misnamed else ""),
            str(one.undecided),
        )
        for name, one in zip(NAMES, tallies(results), strict=True)
    ]
    return table(COLUMNS, rows)


def counted(results: Sequence[Result]) -> str:
    """How many cases of how many files there are, by label."""
    parts = []
    for label in Label:
        of_label = [one for one in results if one.case.scenario.label is label]
        files = {one.case.file for one in of_label}
        parts.append(f"{len(of_label)} {label.value} ({len(files)} scenarios)")
    return ", ".join(parts)


def section(results: Sequence[Result]) -> str:
    """What stands in README between the marks."""
    return f"{BEGIN}\n{summary(results)}\n\nCases: {counted(results)}.\n{END}"


def in_readme() -> str:
    """The section as README has it; empty where it has none."""
    found = _pattern().search(README.read_text(encoding="utf-8"))
    return found[0] if found else ""


def write(results: Sequence[Result]) -> None:
    """Put the section into README."""
    text = README.read_text(encoding="utf-8")
    README.write_text(_pattern().sub(lambda _: section(results), text), encoding="utf-8")


def _pattern() -> re.Pattern[str]:
    return re.compile(f"{re.escape(BEGIN)}.*?{re.escape(END)}", re.DOTALL)
