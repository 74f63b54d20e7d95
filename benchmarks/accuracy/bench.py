"""Plays the cases, and asks every rule about each."""

import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from msgspec.structs import replace

from benchmarks.accuracy.rules import RULES
from benchmarks.accuracy.scenario import Case, Seen, SkippedError, Stage
from benchmarks.accuracy.scoring import Answer, Tally, is_named, is_right, of_record, tally

FULL, BARE = "tlsprobe", "tlsprobe --no-reference"
NAMES = (FULL, BARE, *(name for name, _ in RULES))
"""Every rule, ours first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What came of a case."""

    case: Case
    answers: tuple[Answer, ...] = ()
    """One a rule, in the order of `NAMES`; empty where it was skipped."""
    skipped: str = ""
    """Why it was."""

    def complaints(self, rule: int) -> Iterator[str]:
        """What is wrong with the answer of one of our two rules."""
        scenario, answer = self.case.scenario, self.answers[rule]
        wanted = (scenario.verdict, scenario.verdict_bare)[rule]
        if not is_right(scenario, answer):
            yield f"{scenario.label.value} comes out {answer.verdict}"
        elif wanted is not None and answer.verdict != wanted:
            yield f"{answer.verdict}, where {wanted} is due"
        elif rule == 0 and scenario.product and not is_named(scenario, answer):
            yield f"names {answer.named or 'nobody'}, not {scenario.product}"


def played(cases: Iterable[Case], stage: Stage, tell: Callable[[Result], None]) -> list[Result]:
    """The results of all cases; each is told as it comes."""
    results: list[Result] = []
    for case in cases:
        results.append(_result(case, stage))
        tell(results[-1])
    return results


def tallies(results: Iterable[Result]) -> list[Tally]:
    """What each rule comes to, over the cases that were played."""
    done = [result for result in results if not result.skipped]
    return [
        tally((result.case.scenario, result.answers[at]) for result in done)
        for at in range(len(NAMES))
    ]


def _result(case: Case, stage: Stage) -> Result:
    with tempfile.TemporaryDirectory(prefix="tlsprobe-accuracy-") as folder:
        try:
            seen = case.play.run(replace(stage, folder=Path(folder)))
        except SkippedError as skipped:
            return Result(case=case, skipped=str(skipped))
    return Result(case=case, answers=_answers(case, seen))


def _answers(case: Case, seen: Seen) -> tuple[Answer, ...]:
    return (
        of_record(seen.told, case.scenario),
        of_record(seen.told_bare, case.scenario),
        *(rule(seen) for _, rule in RULES),
    )
