"""`tlsprobe pcap` on a large capture, beside every program that reads one; and what it should reach."""

import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks import big, capture_memory
from benchmarks.capture_peers import (
    ANY_VERDICT,
    NDPI,
    OURS,
    SCAN,
    TSHARK,
    WALK,
    subjects,
)
from benchmarks.measure import Cost, Missing, NotMeasuredError, Subject, medians, whole_cost
from benchmarks.page import Section
from benchmarks.program import PROGRAM
from tlsprobe._version import __version__

_METHOD = (
    "Medians of {runs} rounds in each of which every program runs once, the file in the page cache;"
    " output goes to a file. CPU is user and system time of all processes, peak the most memory"
    " that the largest of them had resident."
)
_TRIAL = "This was a trial: on so small a capture most of the time goes into the start."


@dataclass(frozen=True, slots=True, kw_only=True)
class _Aim:
    """What should be reached, and what was."""

    what: str
    wanted: str
    found: float | None
    """None where something of it is missing."""
    unit: str
    met: bool


def measure(*, quick: bool, runs: int) -> Iterator[Section]:
    """The programs, the workers, the memory, and what all of it comes to."""
    first, second = big.build(quick=quick)
    with tempfile.TemporaryDirectory(prefix="tlsprobe-bench-") as name:
        folder = Path(name)
        found = list(subjects(first, folder))
        measured = [one for one in found if isinstance(one, Subject)]
        costs = dict(zip((one.name for one in measured), medians(measured, runs=runs), strict=True))
        yield _programs(first, found, costs, runs)
        speedup, section = _workers((first, second), folder, runs)
        yield section
        fed: list[capture_memory.Fed | Missing] = []
        if sys.platform == "linux":
            fed = capture_memory.measure(first, folder, quick=quick)
            yield capture_memory.section(fed)
        yield _aims(costs, speedup, fed, quick=quick)
        ours = costs[OURS]
        if isinstance(ours, Missing):
            raise NotMeasuredError(ours.reason)


def _programs(
    file: big.Big,
    found: Sequence[Subject | Missing],
    costs: dict[str, Cost | Missing],
    runs: int,
) -> Section:
    rows = []
    for one in found:
        cost = one if isinstance(one, Missing) else costs[one.name]
        if isinstance(one, Missing) or isinstance(cost, Missing):
            assert isinstance(cost, Missing)
            rows.append((one.name, f"missing: {cost.reason}", "", "", "", ""))
            continue
        rows.append(
            (one.name, one.version, f"{cost.cpu:.2f}", f"{cost.wall:.2f}",
             f"{cost.peak / 1e6:.0f}", f"`{one.command}`")
        )  # fmt: skip
    return Section(
        title=f"A capture of {file.megabytes}",
        columns=("program", "version", "CPU s", "wall s", "peak MB", "command"),
        rows=tuple(rows),
        remarks=(
            f"{file.packets:,} packets, {file.tls_flows:,} TLS connections.",
            _METHOD.format(runs=runs),
        ),
    )


def _workers(files: Sequence[big.Big], folder: Path, runs: int) -> tuple[float | None, Section]:
    """How much faster two such files are read with two workers."""

    def with_jobs(jobs: int) -> Subject:
        words = ["pcap", *(str(one.path) for one in files), "--json", "--jobs", str(jobs)]
        return Subject(
            name=f"{jobs}",
            version=__version__,
            command=f"tlsprobe pcap FILE FILE --json --jobs {jobs}",
            run=lambda: whole_cost([PROGRAM, *words], output=folder / "output", codes=ANY_VERDICT),
        )

    both = [with_jobs(1), with_jobs(2)]
    one, two = medians(both, runs=runs)
    if isinstance(one, Missing) or isinstance(two, Missing):
        reason = next(each.reason for each in (one, two) if isinstance(each, Missing))
        rows: tuple[tuple[str, ...], ...] = ((f"missing: {reason}", "", "", ""),)
        speedup = None
    else:
        speedup = one.wall / two.wall
        rows = tuple(
            (subject.name, f"{cost.wall:.2f}", f"{cost.cpu:.2f}", f"`{subject.command}`")
            for subject, cost in zip(both, (one, two), strict=True)
        )
    columns = ("workers", "wall s", "CPU s", "command")
    return speedup, Section(title="Two such captures", columns=columns, rows=rows)


def _aims(
    costs: dict[str, Cost | Missing],
    speedup: float | None,
    fed: Sequence[capture_memory.Fed | Missing],
    *,
    quick: bool,
) -> Section:
    ndpi, tshark = _ratio(costs, NDPI, OURS), _ratio(costs, TSHARK, OURS)
    scan = _ratio(costs, SCAN, WALK)
    watched = [one.own for one in fed if isinstance(one, capture_memory.Fed)]
    peak = max(watched) if fed and len(watched) == len(fed) else None
    aims = (
        _Aim(what=f"CPU of {NDPI} over that of {OURS}", wanted="more than 1", unit=" x",
             found=ndpi, met=ndpi is not None and ndpi > 1),
        _Aim(what=f"CPU of {TSHARK}, over that of {OURS}", wanted="at least 6", unit=" x",
             found=tshark, met=tshark is not None and tshark >= 6),
        _Aim(what=f"CPU of {SCAN}, over that of the {WALK}", wanted="at most 2.5", unit=" x",
             found=scan, met=scan is not None and scan <= 2.5),
        _Aim(what="wall with one worker over that with two", wanted="at least 1.8", unit=" x",
             found=speedup, met=speedup is not None and speedup >= 1.8),
        _Aim(what="memory of its own, at most", wanted="below 300", unit=" MB",
             found=None if peak is None else peak / 1e6,
             met=peak is not None and peak < capture_memory.BOUND),
    )  # fmt: skip
    return Section(
        title="Captures: what should be reached",
        columns=("what", "wanted", "measured", ""),
        rows=tuple(map(_aim, aims)),
        remarks=(_TRIAL,) if quick else (),
    )


def _aim(aim: _Aim) -> tuple[str, ...]:
    if aim.found is None:
        return (aim.what, aim.wanted, "not measured", "")
    digits = 0 if aim.found >= 100 else 2
    return (
        aim.what, aim.wanted, f"{aim.found:.{digits}f}{aim.unit}", "met" if aim.met else "not met",
    )  # fmt: skip


def _ratio(costs: dict[str, Cost | Missing], above: str, below: str) -> float | None:
    one, other = costs.get(above), costs.get(below)
    if isinstance(one, Cost) and isinstance(other, Cost):
        return one.cpu / other.cpu
    return None
