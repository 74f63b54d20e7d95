"""Processes that share captures; what a user sees of them is tested in `test_pcap`."""

import sys
from datetime import UTC, datetime
from multiprocessing import get_all_start_methods, get_context
from pathlib import Path

import pytest
from msgspec.structs import replace

from tests.cli.running import ROOT
from tlsprobe.cli import workers
from tlsprobe.cli.capture_files import find
from tlsprobe.cli.look import Look
from tlsprobe.cli.one_capture import Analyst, Job, Outcome
from tlsprobe.cli.reference import ReferenceOptions
from tlsprobe.cli.session_presenting import Style
from tlsprobe.cli.wanted import Wanted
from tlsprobe.cli.workers import Workers
from tlsprobe.errors import TlsprobeError
from tlsprobe.report.as_sessions import Columns

CAPTURES = ROOT / "fixtures" / "captures"
JOB = Job(
    reference=ReferenceOptions(ca_files=(ROOT / "fixtures" / "chains" / "stores" / "public.pem",)),
    now=datetime(2026, 11, 23, tzinfo=UTC),
    keylogs=(CAPTURES / "tls13.keylog",),
    wanted=Wanted(),
    verdicts=frozenset(),
    style=Style(json=True, quiet=False, verbose=False, several=True, columns=Columns()),
    look=Look(width=100, line_width=0, coloured=False, encoding="utf-8"),
    watched=False,
    extract=None,
)
FILES = tuple(find(map(str, sorted(CAPTURES.glob("*.pcap*")))))


def alone(job, files):
    """What one process writes and finds."""
    analyst, written, outcomes = Analyst(job), [], []
    for file in files:
        outcomes.append(Outcome())
        analyst.analyse(file, outcomes[-1], write=written.append, watch=lambda _: None)
    return b"".join(written), outcomes


def together(job, files, jobs=2):
    """What several write and find."""
    written = []
    with Workers(Analyst(job), files, jobs) as processes:
        outcomes = list(processes.outcomes(written.append))
        assert processes.position == processes.done == sum(file.size for file in files)
    return b"".join(written), outcomes


def told(outcomes):
    """What outcomes say."""
    return [(one.worst, one.captures, one.wanted, one.sealed, one.complaints) for one in outcomes]


copying = pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
"""Other tests may have left threads behind, which Python warns of where a process is copied."""


@copying
@pytest.mark.parametrize("method", get_all_start_methods())
def test_the_same_as_one(method, monkeypatch):
    """However processes come to be, they say what one says."""
    monkeypatch.setattr(workers, "_context", lambda: get_context(method))
    written, outcomes = alone(JOB, FILES)
    also_written, also = together(JOB, FILES)
    assert written.count(b"\n") > len(FILES)
    assert also_written == written
    assert told(also) == told(outcomes)


@copying
def test_long_lines(monkeypatch):
    """A line that is longer than what is handed on at a time stays one line."""
    monkeypatch.setattr(workers, "CHUNK", 100)
    assert together(JOB, FILES[:4])[0] == alone(JOB, FILES[:4])[0]


@copying
@pytest.mark.skipif(
    sys.platform != "linux", reason="needs a folder that takes no files, as /proc is"
)
def test_chains_that_cannot_be_written():
    """What makes no sense to go on with ends the run, whoever met it."""
    analyst = Analyst(replace(JOB, extract=Path("/proc")))
    with (
        Workers(analyst, FILES, 2) as processes,
        pytest.raises(TlsprobeError, match=r"/proc/sync\.cloud\.example-.*: cannot be written: "),
    ):
        list(processes.outcomes(lambda _: None))
