"""What a child process costs: its time, its CPU with that of its own children, its peak memory."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import BinaryIO

RUNS = 3
"""How often everything is measured: the median counts."""

# Linux hands the peak of the parent on to a child that it execs, so a small parent stands between.
_SMALL_PARENT = """
import json, os, resource, subprocess, sys, time
start = time.perf_counter()
code = subprocess.run(sys.argv[2:]).returncode
wall = time.perf_counter() - start
usage = resource.getrusage(resource.RUSAGE_CHILDREN)
told = dict(cpu=usage.ru_utime + usage.ru_stime, wall=wall, peak=usage.ru_maxrss)
os.write(int(sys.argv[1]), json.dumps(told).encode())
sys.exit(code)
"""


def environment() -> dict[str, str]:
    """What measured programs run in: as here, but with the byte code that an installation has."""
    own = ("PYTHONDONTWRITEBYTECODE", "PYTHONUNBUFFERED", "PYTHONPATH", "PYTHONSTARTUP")
    return {name: text for name, text in os.environ.items() if name not in own}


class NotMeasuredError(Exception):
    """A measured program did not do what it was measured for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What a run took."""

    cpu: float
    """Seconds, user and system, of the process and of all children that it waited for."""
    wall: float
    """Seconds."""
    peak: int = 0
    """Bytes that the process, or the largest of its children, had resident at most; 0 where that
    was not asked for."""

    def __add__(self, other: "Cost") -> "Cost":
        """Both, one after another."""
        return Cost(
            cpu=self.cpu + other.cpu,
            wall=self.wall + other.wall,
            peak=max(self.peak, other.peak),
        )


NOTHING = Cost(cpu=0.0, wall=0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """Something that can be measured beside others."""

    name: str
    version: str
    command: str
    """As a reader would type it."""
    note: str = ""
    """How it is run, where the command does not say that."""
    endpoints: int = 1
    """How many are asked in one run."""
    run: Callable[[], Cost]
    """One run; raises `NotMeasuredError` where it did not do its work."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """Something that cannot be measured here."""

    name: str
    reason: str


def child(
    command: Sequence[str | Path],
    *,
    given: Path | None = None,
    output: Path | None = None,
    codes: Sequence[int] = (0,),
) -> Cost:
    """Run `command` to its end, with `given` as its stdin and `output` for stdout.

    Raises `NotMeasuredError` where it cannot be run, and with its last words where it exits with
    none of `codes`.
    """
    start = perf_counter()
    with (
        (given or Path(os.devnull)).open("rb") as stdin,
        (output or Path(os.devnull)).open("wb") as stdout,
        _started(command, stdin, stdout) as process,
    ):
        assert process.stderr is not None
        said = process.stderr.read()
        _, status, usage = os.wait4(process.pid, 0)
        wall = perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in codes:
        raise NotMeasuredError(f"{command[0]} exited {process.returncode}: {last_words(said)}")
    return Cost(cpu=usage.ru_utime + usage.ru_stime, wall=wall)


def _started(
    command: Sequence[str | Path], stdin: BinaryIO, stdout: BinaryIO
) -> subprocess.Popen[bytes]:
    try:
        return subprocess.Popen(
            command, stdin=stdin, stdout=stdout, stderr=subprocess.PIPE, env=environment()
        )
    except OSError as error:
        raise NotMeasuredError(f"{command[0]} cannot be run: {error.strerror}") from None


def peak(command: Sequence[str | Path], *, given: Path, output: Path) -> int:
    """The most memory that `command` had resident at a time, in bytes."""
    return whole_cost(command, given=given, output=output).peak


def whole_cost(
    command: Sequence[str | Path],
    *,
    given: Path | None = None,
    output: Path | None = None,
    codes: Sequence[int] = (0,),
) -> Cost:
    """As `child`, and with the peak of its memory."""
    reading, writing = os.pipe()
    parent = [sys.executable, "-S", "-E", "-c", _SMALL_PARENT, str(writing)]
    with (
        (given or Path(os.devnull)).open("rb") as stdin,
        (output or Path(os.devnull)).open("wb") as stdout,
    ):
        done = subprocess.run(
            [*parent, *command],
            stdin=stdin, stdout=stdout, stderr=subprocess.PIPE, pass_fds=(writing,), check=False,
            env=environment(),
        )  # fmt: skip
    os.close(writing)
    with os.fdopen(reading) as said:
        told = json.loads(said.read() or "null")
    if done.returncode not in codes or told is None:
        raise NotMeasuredError(f"{command[0]} exited {done.returncode}: {last_words(done.stderr)}")
    # macOS alone counts in bytes.
    unit = 1 if sys.platform == "darwin" else 1024
    return Cost(cpu=told["cpu"], wall=told["wall"], peak=told["peak"] * unit)


def medians(subjects: Sequence[Subject], *, runs: int = RUNS) -> list[Cost | Missing]:
    """The medians of CPU and wall, and the highest peak, over `runs` rounds, in each of which everybody runs once.

    So all of them meet the same weather: on shared machines the CPU itself is fast and slow by turns.
    """
    costs: list[list[Cost]] = [[] for _ in subjects]
    broken: dict[int, Missing] = {}
    for _ in range(runs):
        for at, subject in enumerate(subjects):
            if at in broken:
                continue
            try:
                costs[at].append(subject.run())
            except NotMeasuredError as error:
                broken[at] = Missing(name=subject.name, reason=str(error))
    return [broken.get(at) or _median(some) for at, some in enumerate(costs)]


def _median(costs: Sequence[Cost]) -> Cost:
    return Cost(
        cpu=median(cost.cpu for cost in costs),
        wall=median(cost.wall for cost in costs),
        peak=max(cost.peak for cost in costs),
    )


def last_words(said: bytes) -> str:
    """The last line that a program wrote to stderr."""
    lines = said.decode("utf-8", "replace").strip().splitlines()
    return lines[-1] if lines else "it said nothing"
