"""`python -m benchmarks.accuracy`: every case, what each rule comes to, and whether that is enough."""

import argparse
import sys
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from pathlib import Path

from benchmarks.accuracy import misses, page
from benchmarks.accuracy.bench import Result, played, tallies
from benchmarks.accuracy.scenario import Case, Place, Stage, cases

RECALL = (1.0, 0.9)
"""What `tlsprobe` has to reach, with the reference and without any; no false alarm with either."""


def main() -> int:
    """Play what the arguments ask for; 1 where a target is missed, or the list of misses is wrong."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.accuracy", description=__doc__)
    parser.add_argument("scenario", nargs="*", help="by the name of its file; default: all")
    parser.add_argument("--here", action="store_true", help="only what needs neither root nor lab")
    parser.add_argument("--readme", action="store_true", help="put the table into README")
    arguments = parser.parse_args()
    chosen = list(_chosen(arguments.scenario, here=arguments.here))
    if not chosen:
        parser.error(f"no such scenario: {' '.join(arguments.scenario)}")
    with ExitStack() as stack:
        results = played(chosen, _stage(stack, chosen), _tell)
    _show(results)
    if arguments.readme:
        _keep(results)
    return 1 if _falls_short(results) else 0


def _chosen(names: Sequence[str], *, here: bool) -> Iterable[Case]:
    wanted = {name.replace("_", "-").removesuffix(".py") for name in names}
    for case in cases():
        if (not wanted or case.file in wanted) and not (here and case.play.place is Place.LAB):
            yield case


def _stage(stack: ExitStack, chosen: Iterable[Case]) -> Stage:
    if all(case.play.place is not Place.LAB for case in chosen):
        return Stage(folder=Path())
    from benchmarks.accuracy.laboratory import lab_stage  # noqa: PLC0415 - a thing of Linux

    return stack.enter_context(lab_stage())


def _tell(result: Result) -> None:
    """A line for the case as it was played."""
    label = result.case.scenario.label.value
    if result.skipped:
        print(f"{'skipped':9} {label:12} {result.case.name}: {result.skipped}", flush=True)
        return
    full, bare = result.answers[:2]
    complaints = [
        f"{said}{'' if rule == 0 else ' without a reference'}"
        for rule in (0, 1)
        for said in result.complaints(rule)
    ]
    mark = "ok" if not complaints else "MISS" if [*result.complaints(0)] else "bare miss"
    name = f" names {full.named}" if full.named else ""
    print(
        f"{mark:9} {label:12} {result.case.name}: {full.verdict}, bare {bare.verdict}{name}"
        + "".join(f"; {said}" for said in complaints),
        flush=True,
    )


def _show(results: Sequence[Result]) -> None:
    """The tables: what anybody can play, and with the captures of others where they are here."""
    skipped = sum(1 for result in results if result.skipped)
    own = [result for result in results if result.case.play.place is not Place.CORPUS]
    print(f"\n{page.summary(own)}\n\nCases: {page.counted(own)}; {skipped} skipped.")
    others = [r for r in results if r.case.play.place is Place.CORPUS and not r.skipped]
    if others:
        print(f"\nCaptures of others:\n\n{page.summary(others)}\n\nCases: {page.counted(others)}.")


def _keep(results: Sequence[Result]) -> None:
    own = [result for result in results if result.case.play.place is not Place.CORPUS]
    if any(result.skipped for result in own) or len(own) < sum(
        case.play.place is not Place.CORPUS for case in cases()
    ):
        print("README was left as it is: not every case was played")
    else:
        page.write(own)
        print("README has the table")


def _falls_short(results: Sequence[Result]) -> bool:
    """Say what is missed, known or not; whether anything is."""
    done = [result for result in results if not result.skipped]
    short = False
    for rule, (known, one) in enumerate(zip(misses.known(), tallies(done), strict=False)):
        how = "with the reference" if rule == 0 else "without any reference"
        if one.recall < RECALL[rule] or one.false_alarms:
            short = True
            print(
                f"short {how}: recall {100 * one.recall:.1f} % of {100 * RECALL[rule]:.0f} %,"
                f" {one.false_alarms} false alarms of 0"
            )
        names = [result.case.name for result in done]
        missed = [result.case.name for result in done if [*result.complaints(rule)]]
        for difference in misses.differences(known, names, missed):
            short = True
            print(f"{how}: {difference}")
    return short


if __name__ == "__main__":
    sys.exit(main())
