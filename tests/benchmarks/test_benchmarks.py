"""That the benchmarks run; what they measure is for people to read."""

import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks import nginx

ROOT = Path(__file__).parents[2]


@pytest.mark.skipif(nginx.found() is None, reason="nginx is not installed")
def test_a_trial_run_gives_a_table_for_each_part():
    """Every probe comes out direct, or the part is not measured and the exit code says so."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks", "--quick", "cold", "memory", "micro"],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    for title in ("One probe", "Memory", "Inside the process"):
        assert f"## {title}\n" in done.stdout
    assert "none of scapy" in done.stdout
    assert "missing:" not in done.stdout


def test_a_program_that_cannot_be_measured_has_its_reason_in_the_table():
    """A peer that is not there is never left out in silence."""
    from benchmarks.cold import row
    from benchmarks.measure import Subject, child, medians

    absent = Subject(name="x", version="1", command="x", run=lambda: child(["/nowhere/x"]))
    [cost] = medians([absent], runs=2)
    assert "missing: /nowhere/x cannot be run" in row(absent, cost)[1]
