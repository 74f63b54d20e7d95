"""The accuracy bench's cases that real programs play, and the table of README over all of it."""

from pathlib import Path

import pytest

from benchmarks.accuracy import misses, page
from benchmarks.accuracy.bench import BARE, FULL, Result, played
from benchmarks.accuracy.scenario import Place, Stage, cases
from tests.benchmarks.bench_run import without_lab
from tests.lab.laboratory import Laboratory


@pytest.fixture(scope="module")
def results(lab: Laboratory) -> list[Result]:
    """What came of every case of the lab."""
    chosen = [case for case in cases() if case.play.place is Place.LAB]
    return played(chosen, Stage(folder=Path(), lab=lab), lambda _: None)


@pytest.mark.parametrize("rule", [0, 1], ids=[FULL, BARE])
def test_only_what_is_known_is_missed(results: list[Result], rule: int):
    """In the lab, every case comes out right, or stands on the list with its reason."""
    assert not [one.skipped for one in results if one.skipped]
    names = [one.case.name for one in results]
    missed = [one.case.name for one in results if [*one.complaints(rule)]]
    assert [*misses.differences(misses.known()[rule], names, missed)] == []


def test_the_table_of_readme_is_what_came_out(results: list[Result]):
    """`make accuracy` would write what stands there."""
    here = [one for one in without_lab() if one.case.play.place is Place.HERE]
    assert page.section([*here, *results]) == page.in_readme()
