"""That the benchmarks run; what they measure is for people to read."""

import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks import big, nginx
from tlsprobe.capture.containers import open_capture
from tlsprobe.capture.conversations import conversations
from tlsprobe.crypto.keys import KeyLog

ROOT = Path(__file__).parents[2]
FIXTURES = ROOT / "fixtures" / "captures"


def trial_run(*parts):
    """What a short run over these parts prints; it has to measure them all."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks", "--quick", *parts],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.skipif(nginx.found() is None, reason="nginx is not installed")
def test_a_trial_run_gives_a_table_for_each_part():
    """Every probe comes out direct, or the part is not measured and the exit code says so."""
    printed = trial_run("cold", "memory", "micro")
    for title in ("One probe", "Memory", "Inside the process"):
        assert f"## {title}\n" in printed
    assert "none of scapy" in printed
    assert "missing:" not in printed


def test_the_reference_is_measured():
    """The cost of loading what ships has a table, with the aim beside it."""
    printed = trial_run("reference")
    assert "| load what ships" in printed
    assert "Both may take 10.0 ms" in printed


def test_a_program_that_cannot_be_measured_has_its_reason_in_the_table():
    """A peer that is not there is never left out in silence."""
    from benchmarks.cold import row
    from benchmarks.measure import Subject, child, medians

    absent = Subject(name="x", version="1", command="x", run=lambda: child(["/nowhere/x"]))
    [cost] = medians([absent], runs=2)
    assert "missing: /nowhere/x cannot be run" in row(absent, cost)[1]


def output_of(script, *arguments):
    """What one of the scripts writes."""
    command = [sys.executable, ROOT / "benchmarks" / script, *arguments]
    return subprocess.run(command, capture_output=True, check=True).stdout


@pytest.mark.skipif(not big.CORPUS.exists(), reason=f"{big.CORPUS} is missing")
def test_a_trial_run_over_captures_says_what_is_reached():
    """Every program has a line, and every aim is met or not."""
    printed = trial_run("captures")
    for program in ("tlsprobe, JSON", "bare bulk walk", "ndpiReader", "tshark", "ssldump"):
        assert f"| {program}" in printed
    aims = printed.partition("## Captures: what should be reached")[2]
    assert len([line for line in aims.splitlines() if line.startswith("| ")]) == 7
    assert not [line for line in printed.splitlines() if "| missing: gives" in line]


def test_captures_that_are_not_there_are_named(monkeypatch, tmp_path):
    """Without the corpus nothing is measured, and it is said why."""
    from benchmarks.measure import NotMeasuredError

    monkeypatch.setattr(big, "CORPUS", tmp_path)
    with pytest.raises(NotMeasuredError, match=r"make_big\.sh is missing"):
        big.build(quick=True)


def test_the_bare_walk_and_the_scan_see_the_whole_file():
    """What is measured goes through every packet and finds every hello."""
    file = FIXTURES / "port-reused.pcap"
    with open_capture(str(file)) as capture:
        packets = sum(batch.starts.size for batch in capture)
    assert output_of("walk.py", file).split() == [str(packets).encode(), b"1"]
    assert output_of("scan.py", file).split() == [b"2", b"2"]


@pytest.mark.parametrize(("kind", "sessions"), [("half-open", 0), ("no-tls", 0), ("hellos", 70)])
def test_endless_captures_hold_what_they_say(kind, sessions, tmp_path):
    """Each connection is one of its own, and a hello is one that can be read."""
    file = tmp_path / "stream.pcap"
    file.write_bytes(output_of("streams.py", kind, "70"))
    with open_capture(str(file)) as capture:
        found = [one for some in conversations(capture, KeyLog()) for one in some]
        assert capture.problems == []
    assert len({one.host for one in found}) == len(found) == sessions
    assert len({one.handshake.client_hellos[0].random for one in found}) == sessions


def test_a_capture_repeated_is_other_connections_later(tmp_path):
    """Times and clients differ from one time to the next, and nothing else."""
    source, file = tmp_path / "source.pcap", tmp_path / "stream.pcap"
    source.write_bytes(output_of("streams.py", "hellos", "3"))
    file.write_bytes(output_of("streams.py", "repeated", "2", source))
    with open_capture(str(file)) as capture:
        found = [one for some in conversations(capture, KeyLog()) for one in some]
    first, again = found[:3], found[3:]
    assert [one.host for one in first] == [one.host for one in again]
    assert {
        (two.taken - one.taken).total_seconds() for one, two in zip(first, again, strict=True)
    } == {600.0}
    assert len({one.captured.client for one in found}) == 6
