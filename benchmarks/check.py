"""`tlsprobe check` over a whole pack, in the network namespaces of `tests/lab`, near and far."""

import contextlib
import datetime as dt
import json
import os
from collections.abc import Callable, Generator
from functools import partial
from pathlib import Path

from benchmarks.cold import row
from benchmarks.measure import Cost, NotMeasuredError, Subject, child, medians
from benchmarks.page import Section
from benchmarks.program import PROGRAM
from tests.lab import services
from tests.lab.laboratory import Laboratory
from tests.lab.long_link import long_link
from tests.lab.obstacles import PATH, obstacle
from tlsprobe import checks
from tlsprobe._version import __version__
from tlsprobe.model.planning import plan
from tlsprobe.store import packs
from tlsprobe.store.host_names import host_name

PACK = "entra-connect"
ROUND_TRIP = 0.1
"""Seconds that the far link takes there and back."""
NEAR_AIM, FAR_AIM = 3.0, 2 * ROUND_TRIP + 1.0
"""Seconds that all of it may take: near by, and two round trips and a second where those are long."""


def measure(*, runs: int) -> Section:
    """Wall and CPU of a whole check. Raises `NotMeasuredError` where the lab cannot be built."""
    os.environ["PATH"] = PATH  # so that Debian's sbin is found
    lack = obstacle()
    if lack:
        raise NotMeasuredError(lack)
    questions = plan(
        packs.shipped(PACK, checks=[one.id for one in checks.all_checks()]),
        values={},
        host_name=host_name,
    ).questions
    with (
        Laboratory.open(now=dt.datetime.now(dt.UTC)) as lab,
        services.standing(lab, [one.host for one in questions]),
    ):
        subjects = [
            _subject(lab, "near", contextlib.nullcontext, len(questions)),
            _subject(lab, f"{ROUND_TRIP * 1000:.0f} ms away", partial(_far, lab), len(questions)),
        ]
        costs = medians(subjects, runs=runs)
    return Section(
        title="A whole pack",
        columns=("where", "version", "CPU ms", "wall ms", "command"),
        rows=tuple(row(one, cost) for one, cost in zip(subjects, costs, strict=True)),
        remarks=(
            f"All {len(questions)} questions were answered.",
            f"The wall time may be {NEAR_AIM:g} s near by and {FAR_AIM:g} s far away.",
        ),
    )


@contextlib.contextmanager
def _far(lab: Laboratory) -> Generator[None]:
    """As `long_link` makes it, without loss."""
    log = lab.folder / "link.log"
    with long_link(lab.network.r1, round_trip=ROUND_TRIP, loss=0, seed=1, log=log):
        yield


def _subject(
    lab: Laboratory,
    name: str,
    way: Callable[[], contextlib.AbstractContextManager[None]],
    count: int,
) -> Subject:
    command: list[str | Path] = [PROGRAM, "check", PACK, "--json", "--ca-file", lab.public_root]
    output = lab.folder / "records"

    def run() -> Cost:
        with way():
            cost = child(lab.network.client.command(*command), output=output)
        _expect_answers(output, count)
        return cost

    return Subject(
        name=name,
        version=__version__,
        command=f"tlsprobe check {PACK} --json --ca-file ROOT",
        endpoints=count,
        run=run,
    )


def _expect_answers(records: Path, count: int) -> None:
    """Raise `NotMeasuredError` unless every question was answered, and well."""
    closing = json.loads(records.read_text().splitlines()[-1])
    well = [one for one in closing["endpoints"] if one["verdict"] in ("direct", None)]
    if len(well) != count:
        raise NotMeasuredError(f"of {count} questions {len(well)} were answered well")
