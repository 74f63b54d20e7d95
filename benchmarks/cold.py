"""One probe by a fresh interpreter: what it takes, and that it does without scapy."""

import subprocess
import sys

from benchmarks.measure import (
    Cost,
    Missing,
    NotMeasuredError,
    Subject,
    child,
    environment,
    last_words,
    medians,
)
from benchmarks.nginx import ADDRESS, Site
from benchmarks.page import Section, milliseconds
from benchmarks.peers import BASELINE, version
from benchmarks.program import PROGRAM, options, shown
from tlsprobe._version import __version__

UNWANTED = "scapy"


def measure(site: Site, *, runs: int) -> Section:
    """Wall and CPU of single probes."""
    subjects = [
        _probe(site, "tlsprobe, with a second opinion"),
        _probe(site, "tlsprobe, without", "--second-opinion", "never"),
        Subject(
            name=BASELINE,
            version=version(["openssl", "version"]),
            command=f"openssl s_client -connect {ADDRESS}:PORT -servername NAME -showcerts",
            run=lambda: child(
                ["openssl", "s_client", "-connect", f"{ADDRESS}:{site.rsa}",
                 "-servername", site.names[0], "-showcerts"],
                codes=(0, 1),
            ),
        ),
    ]  # fmt: skip
    costs = medians(subjects, runs=runs)
    modules = _modules(site)
    loaded = [name for name in modules if name.partition(".")[0] == UNWANTED]
    return Section(
        title="One probe",
        columns=("program", "version", "CPU ms", "wall ms", "command"),
        rows=tuple(row(one, cost) for one, cost in zip(subjects, costs, strict=True)),
        remarks=(
            f"It imports {len(modules)} modules, "
            + (f"{len(loaded)} of {UNWANTED}." if loaded else f"none of {UNWANTED}.")
            + " (`python -X importtime -m tlsprobe probe ...`)",
        ),
    )


def row(one: Subject, cost: Cost | Missing) -> tuple[str, ...]:
    """A line of a table of single runs."""
    if isinstance(cost, Missing):
        return (one.name, f"missing: {cost.reason}", "", "", "")
    return (
        one.name, one.version, milliseconds(cost.cpu), milliseconds(cost.wall), f"`{one.command}`",
    )  # fmt: skip


def _probe(site: Site, name: str, *more: str) -> Subject:
    target = f"{site.names[0]}:{site.rsa}"
    return Subject(
        name=name,
        version=__version__,
        command=shown("probe", "NAME:PORT", *more),
        run=lambda: child([str(PROGRAM), "probe", target, *options(site), *more]),
    )


def _modules(site: Site) -> list[str]:
    """Every module that a probe imports, by the interpreter's own account."""
    command = [sys.executable, "-X", "importtime", "-m", "tlsprobe", "probe"]
    done = subprocess.run(
        [*command, f"{site.names[0]}:{site.rsa}", *options(site)],
        capture_output=True, check=False, env=environment(),
    )  # fmt: skip
    if done.returncode != 0:
        raise NotMeasuredError(f"a probe exited {done.returncode}: {last_words(done.stderr)}")
    said = done.stderr.decode("utf-8", "replace").splitlines()
    lines = (line for line in said if line.startswith("import time:"))
    return [line.rpartition("|")[2].strip() for line in lines][1:]
