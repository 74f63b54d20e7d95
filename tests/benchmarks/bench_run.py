"""One run of the accuracy bench without the lab, for all tests that look at it."""

from functools import cache
from pathlib import Path

from benchmarks.accuracy.bench import Result, played
from benchmarks.accuracy.scenario import Place, Stage, cases


@cache
def without_lab() -> tuple[Result, ...]:
    """What came of every case that needs neither root nor the lab's programs."""
    chosen = [case for case in cases() if case.play.place is not Place.LAB]
    return tuple(played(chosen, Stage(folder=Path()), lambda _: None))
