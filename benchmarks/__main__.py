"""`python -m benchmarks`: everything, one table after another, on stdout."""

import argparse
import os
import platform
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from benchmarks import (
    bulk,
    captures,
    check,
    cold,
    memory,
    micro,
    nginx,
    program,
    reference,
    startup,
)
from benchmarks.measure import RUNS, NotMeasuredError
from benchmarks.page import Section
from benchmarks.peers import version

PROBES = ("bulk", "cold", "startup", "memory", "micro")
"""Parts that need the server."""
PARTS = (*PROBES, "check", "reference", "captures")


def main() -> int:
    """Measure what the arguments ask for; 1 where something could not be measured."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"of {', '.join(PARTS)}; all")
    parser.add_argument("--quick", action="store_true", help="short lists and one round: a trial")
    arguments = parser.parse_args()
    unknown = sorted(set(arguments.parts) - set(PARTS))
    if unknown:
        parser.error(f"{unknown[0]}: expected one of {', '.join(PARTS)}")
    print(f"# tlsprobe, measured\n\n{_machine()}\n", flush=True)
    wanted = [part for part in PARTS if part in (arguments.parts or PARTS)]
    failed = 0
    try:
        program.prepare()
        if set(wanted) & set(PROBES):
            failed += _probes(wanted, quick=arguments.quick)
    except NotMeasuredError as error:
        print(f"bench: {error}", file=sys.stderr)
        failed += 1
    runs = 1 if arguments.quick else RUNS
    if "check" in wanted:
        failed += _show("check", lambda: check.measure(runs=runs))
    if "reference" in wanted:
        failed += _show("reference", lambda: reference.measure(runs=runs * 5))
    if "captures" in wanted:
        failed += _show("captures", lambda: captures.measure(quick=arguments.quick, runs=runs))
    return 1 if failed else 0


def _probes(wanted: list[str], *, quick: bool) -> int:
    """Show the parts that need the server; how many could not be measured."""
    failed = 0
    with (
        tempfile.TemporaryDirectory(prefix="tlsprobe-bench-") as folder,
        nginx.serving(Path(folder), names=500 if quick else 10_000) as site,
    ):
        for part, measure in _parts(site, quick=quick):
            if part in wanted:
                failed += _show(part, measure)
    return failed


def _parts(site: nginx.Site, *, quick: bool) -> Iterator[tuple[str, Callable[[], Section]]]:
    runs = 1 if quick else RUNS
    yield "bulk", lambda: bulk.measure(site, quick=quick, runs=runs)
    yield "cold", lambda: cold.measure(site, runs=runs * 3)
    yield "startup", lambda: startup.measure(runs=runs * 3)
    yield "memory", lambda: memory.measure(site, quick=quick)
    yield "micro", lambda: micro.measure(site, count=100 if quick else 500)


def _show(part: str, measure: Callable[[], Section | Iterable[Section]]) -> int:
    """Show one part; 1 where it could not be measured."""
    print(f"bench: {part}", file=sys.stderr, flush=True)
    try:
        measured = measure()
        for section in [measured] if isinstance(measured, Section) else measured:
            print(section, flush=True)
    except NotMeasuredError as error:
        print(f"bench: {part}: {error}", file=sys.stderr, flush=True)
        return 1
    return 0


def _machine() -> str:
    """What this ran on: without it no figure means anything."""
    processor = platform.processor() or platform.machine()
    with suppress(OSError):
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
        processor = names[0] if names else processor
    system = platform.freedesktop_os_release().get("PRETTY_NAME", "Linux") \
        if sys.platform == "linux" else platform.platform(terse=True)  # fmt: skip
    return (
        f"{system}, Python {platform.python_version()}, {os.cpu_count()} x {processor},"
        f" nginx {version([nginx.found() or 'nginx', '-v'])} on loopback, TLS 1.3."
    )


if __name__ == "__main__":
    sys.exit(main())
