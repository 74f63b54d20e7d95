"""Many reports: a line each, and what they come to together."""

from collections import Counter
from collections.abc import Iterator

from tlsprobe.model.finding import Weight
from tlsprobe.model.report import Report
from tlsprobe.model.verdict import Conclusion
from tlsprobe.report.as_text import TONES, endpoint, signer
from tlsprobe.report.labelled import MAX_NAME, MAX_TEXT
from tlsprobe.report.page import Row, Span, Tone, shortened

VERDICT_WIDTH = max(len(one.value) for one in Conclusion)
ENDPOINT_WIDTH = 36
"""Columns for host and port, where the longest is not known beforehand."""
ADDRESS_WIDTH = 15
# Issuers of a run that are told apart: a box with a new CA for every host must not fill the memory.
MAX_ISSUERS = 100


def row(report: Report, *, width: int = ENDPOINT_WIDTH, address: bool = False) -> Row:
    """The report in one line: verdict, endpoint, address if wanted, and the foremost reason.

    `width` is of the column for host and port.
    """
    conclusion, target = report.verdict.conclusion, report.observation.target
    at = VERDICT_WIDTH + 2
    heads = [(0, Span(conclusion.value, TONES[conclusion])), (at, Span(endpoint(target)))]
    at += width + 2
    if address:
        heads.append((at, Span(target.address or "-", Tone.QUIET)))
        at += ADDRESS_WIDTH + 2
    return Row(heads=tuple(heads), spans=(Span(reason(report)),), hang=at)


def reason(report: Report) -> str:
    """Why the verdict is what it is, in one clause."""
    verdict, failure = report.verdict, report.observation.failure
    foremost = verdict.because[0][1] if verdict.because else None
    if foremost is None:
        why = verdict.summary if failure is None else failure.detail
    elif foremost.weight is Weight.HINT and verdict.conclusion is Conclusion.BLOCKED and failure:
        # Such as whereto a resolver sent us: it may be why, but what happened comes first.
        why = f"{failure.detail}; {foremost.summary}"
    else:
        why = foremost.summary
    why = shortened(why, MAX_TEXT)
    name = signer(verdict)
    return why if name is None else f"under the name {shortened(name, MAX_NAME)}: {why}"


class Tally:
    """Counts reports, so that a run of any length is summed up in a few lines.

    `noun` is what is counted, in the singular.
    """

    def __init__(self, noun: str = "endpoint") -> None:
        self._noun = noun
        self.conclusions: Counter[Conclusion] = Counter()
        self.issuers: Counter[str] = Counter()
        self.other_issuers = 0

    def add(self, report: Report) -> None:
        """Count one report."""
        self.conclusions[report.verdict.conclusion] += 1
        name = signer(report.verdict)
        if name is None:
            return
        name = shortened(name, MAX_NAME)
        if name in self.issuers or len(self.issuers) < MAX_ISSUERS:
            self.issuers[name] += 1
        else:
            self.other_issuers += 1

    def merge(self, other: "Tally") -> None:
        """Count in what another tally has."""
        self.conclusions.update(other.conclusions)
        self.other_issuers += other.other_issuers
        for name, count in other.issuers.items():
            if name in self.issuers or len(self.issuers) < MAX_ISSUERS:
                self.issuers[name] += count
            else:
                self.other_issuers += count

    @property
    def total(self) -> int:
        """How many were counted."""
        return self.conclusions.total()

    def rows(self) -> Iterator[Row]:
        """How many of each verdict, and how many were re-signed under each name."""
        spans: list[Span] = []
        for conclusion in Conclusion:
            count = self.conclusions[conclusion]
            if count:
                spans += (
                    Span(f"{', ' if spans else ''}{count} "),
                    Span(conclusion.value, TONES[conclusion]),
                )
        plural = "" if self.total == 1 else "s"
        yield Row(
            heads=((0, Span(f"{self.total} {self._noun}{plural}:", Tone.LABEL)),),
            spans=tuple(spans),
            hang=2,
        )
        for issuer, count in self.issuers.most_common():
            yield _count(count, f"under the name {issuer}")
        if self.other_issuers:
            yield _count(self.other_issuers, "under still other names")


def _count(count: int, text: str) -> Row:
    return Row(heads=((2, Span(f"{count:>5}")),), spans=(Span(text),), hang=8)
