"""What the sessions of captures come to, by server name: the worst first, a line each."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from tlsprobe.model.report import Report
from tlsprobe.model.verdict import Conclusion
from tlsprobe.report.as_sessions import Columns, end_of, server, signer
from tlsprobe.report.as_text import TONES
from tlsprobe.report.labelled import MAX_NAME
from tlsprobe.report.page import Row, Span, Tone, shortened
from tlsprobe.wire.codepoints import version_name

WORST_FIRST = (
    Conclusion.INSPECTED, Conclusion.TERMINATED, Conclusion.PIN_BROKEN, Conclusion.FAULTY,
    Conclusion.BLOCKED, Conclusion.UNDECIDED, Conclusion.DIRECT,
)  # fmt: skip
MAX_NAMES = 4096
"""Server names that are told apart: a scan of made-up names must not fill the memory."""
MAX_SIGNERS = 8
"""Issuers that are told apart for each name."""
SHOWN = 40
"""Names that are listed; more help nobody at the end of a long list."""
SHOWN_SIGNERS = 2
_COUNTS_WIDTH = 25


@dataclass(slots=True)
class _Name:
    """What was seen of one server name."""

    conclusions: Counter[Conclusion] = field(default_factory=Counter[Conclusion])
    signers: Counter[str] = field(default_factory=Counter[str])
    versions: Counter[int] = field(default_factory=Counter[int])
    other_signers: bool = False

    def merge(self, other: "_Name") -> None:
        """Count in what another file showed of the same name."""
        self.conclusions.update(other.conclusions)
        self.versions.update(other.versions)
        self.other_signers |= other.other_signers
        for name, count in other.signers.items():
            if name in self.signers or len(self.signers) < MAX_SIGNERS:
                self.signers[name] += count
            else:
                self.other_signers = True

    @property
    def badness(self) -> tuple[int, int]:
        """Sorts the worst to the front, and of equals the more frequent."""
        worst = min(map(WORST_FIRST.index, self.conclusions))
        return worst, -self.conclusions[WORST_FIRST[worst]]


class Names:
    """Counts sessions by server name. Those of one file may be merged into those of others."""

    def __init__(self) -> None:
        self.names: dict[str, _Name] = {}
        self.others = 0

    def add(self, report: Report) -> None:
        """Count one session."""
        observation = report.observation
        seen = self._named(end_of(server(observation.target), MAX_NAME))
        if seen is None:
            self.others += 1
            return
        seen.conclusions[report.verdict.conclusion] += 1
        version = observation.handshake.version
        if version is not None:
            seen.versions[version] += 1
        name = signer(observation)
        if name is None:
            return
        name = shortened(name, MAX_NAME)
        if name in seen.signers or len(seen.signers) < MAX_SIGNERS:
            seen.signers[name] += 1
        else:
            seen.other_signers = True

    def merge(self, other: "Names") -> None:
        """Count in those of another file."""
        self.others += other.others
        for name, theirs in other.names.items():
            ours = self._named(name)
            if ours is None:
                self.others += theirs.conclusions.total()
            else:
                ours.merge(theirs)

    def __len__(self) -> int:
        """How many names are told apart."""
        return len(self.names)

    def rows(self, columns: Columns) -> Iterator[Row]:
        """A line for each name, the worst first; names are as wide as in the lines of sessions."""
        ranked = sorted(self.names.items(), key=lambda pair: (pair[1].badness, pair[0]))
        for name, seen in ranked[:SHOWN]:
            yield _row(end_of(name, columns.longest), seen, columns.server)
        if len(ranked) > SHOWN:
            yield Row(spans=(Span(f"and {len(ranked) - SHOWN} more server names", Tone.QUIET),))
        if self.others:
            yield Row(spans=(Span(f"and {self.others} sessions of still other names", Tone.QUIET),))

    def _named(self, name: str) -> _Name | None:
        if name not in self.names and len(self.names) >= MAX_NAMES:
            return None
        return self.names.setdefault(name, _Name())


def _row(name: str, seen: _Name, width: int) -> Row:
    spans: list[Span] = []
    for conclusion in WORST_FIRST:
        count = seen.conclusions[conclusion]
        if count:
            spans += (
                Span(f"{', ' if spans else ''}{count} "),
                Span(conclusion.value, TONES[conclusion]),
            )
    written = sum(len(span.text) for span in spans)
    told = "  ".join(part for part in (_versions(seen), _signers(seen)) if part)
    if told:
        spans.append(Span(" " * max(_COUNTS_WIDTH - written, 2) + told))
    return Row(heads=((2, Span(name)),), spans=tuple(spans), hang=2 + width + 2)


def _signers(seen: _Name) -> str:
    shown = [name for name, _ in seen.signers.most_common(SHOWN_SIGNERS)]
    left = len(seen.signers) - len(shown)
    if seen.other_signers:
        return ", ".join((*shown, "and many more"))
    return ", ".join((*shown, f"and {left} more")) if left else ", ".join(shown)


def _versions(seen: _Name) -> str:
    return ", ".join(version_name(one) for one in sorted(seen.versions))
