"""How long `--help` takes, beside the least that any program takes."""

import sys
from pathlib import Path

from benchmarks.cold import row
from benchmarks.measure import Subject, child, medians
from benchmarks.page import Section
from benchmarks.peers import version
from benchmarks.program import PROGRAM
from tlsprobe._version import __version__


def measure(*, runs: int) -> Section:
    """Wall and CPU until help stands there."""
    python = Path(sys.executable).name
    subjects = [
        _of("tlsprobe", __version__, str(PROGRAM), "--help"),
        _of("tlsprobe", __version__, str(PROGRAM), "probe", "--help"),
        _of("Python", ".".join(map(str, sys.version_info[:3])), sys.executable, "-c", "pass"),
        _of("openssl", version(["openssl", "version"]), "openssl", "version"),
    ]
    costs = medians(subjects, runs=runs)
    return Section(
        title="Start",
        columns=("program", "version", "CPU ms", "wall ms", "command"),
        rows=tuple(row(one, cost) for one, cost in zip(subjects, costs, strict=True)),
        remarks=(f"Files in the page cache; {python} with its byte code compiled.",),
    )


def _of(name: str, its_version: str, *command: str) -> Subject:
    return Subject(
        name=name,
        version=its_version,
        command=" ".join((Path(command[0]).name, *command[1:])),
        run=lambda: child(command),
    )
