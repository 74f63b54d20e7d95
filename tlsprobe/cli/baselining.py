"""What `tlsprobe baseline` does: probes whose observations are kept, or held against what was kept."""

from datetime import UTC, datetime
from pathlib import Path

from msgspec.structs import replace

from tlsprobe._version import __version__
from tlsprobe.analysis import judged
from tlsprobe.cli import probing
from tlsprobe.cli.console import Console
from tlsprobe.cli.presenting import Presenter
from tlsprobe.cli.reference import ReferenceOptions, build
from tlsprobe.errors import UsageError
from tlsprobe.model.baselines import Baseline
from tlsprobe.model.observation import Observation, SourceKind
from tlsprobe.model.report import Report
from tlsprobe.model.verdict import Conclusion
from tlsprobe.report import as_differences
from tlsprobe.report.as_table import Tally
from tlsprobe.report.as_text import endpoint
from tlsprobe.report.page import Row
from tlsprobe.store import baseline_file, whole_files

UNCLEAN = (Conclusion.INSPECTED, Conclusion.TERMINATED)


def record(
    *,
    to: Path,
    selection: probing.Selection,
    reference: ReferenceOptions,
    asking: probing.Asking,
    output: probing.Output,
) -> int:
    """Probe, and write what was seen; the exit code.

    Raises:
        UsageError: an argument is malformed.
        InputError: a file cannot be used.
    """
    whole_files.check(to)  # before anybody is asked
    kept: list[Observation] = []
    code = probing.run(
        selection=selection,
        reference=reference,
        asking=asking,
        output=output,
        presenting=lambda console, usual: _Keeping(console, usual, kept),
    )
    # A record of nothing but failures may say what a place is like, but not in a better one's place.
    if not kept or (to.exists() and not any(one.chain for one in kept)):
        Console().complain(f"{to}: is not written, since nothing was seen that could be kept")
        return code
    whole_files.write({to: baseline_file.dump(kept, tool=f"tlsprobe {__version__}")})
    return code


def diff(
    *,
    file: Path,
    against: Path | None,
    selection: probing.Selection,
    reference: ReferenceOptions,
    asking: probing.Asking,
    output: probing.Output,
) -> int:
    """Show what differs from the baseline in `file`; the exit code.

    Raises:
        UsageError: an argument is malformed.
        InputError: a file cannot be used.
    """
    reference = replace(reference, baseline=file)
    if against is not None:
        if selection.targets or selection.lists:
            raise UsageError("--against and targets: expected one of them")
        return _compare(baseline_file.load(against), reference, output)
    if not selection.targets and not selection.lists:
        selection = replace(selection, whole_baseline=True)
    return probing.run(
        selection=selection,
        reference=reference,
        asking=asking,
        output=output,
        presenting=lambda console, _: _presenter(console, output),
    )


def _compare(later: Baseline, options: ReferenceOptions, output: probing.Output) -> int:
    """One file against the other."""
    console = Console()
    built = build(options, as_of=datetime.now(UTC))  # noqa: TID251 - the clock comes in here
    for warning in built.warnings:
        console.complain(warning)
    presenter = _presenter(console, output)
    for observation in later:
        seen = replace(observation, source=SourceKind.PROBE)  # what is asked about, not the control
        report = judged(seen, built.reference)
        presenter.show(report)
        console.note(report.verdict.conclusion)
    presenter.finish()
    return console.worst


class _Keeping:
    """Shows reports as another does, and keeps what may count as a baseline."""

    def __init__(self, console: Console, usual: Presenter, kept: list[Observation]) -> None:
        self._console = console
        self._usual = usual
        self._kept = kept

    def show(self, report: Report) -> None:
        """Show it; keep its observation, or say why not."""
        self._usual.show(report)
        conclusion = report.verdict.conclusion
        if conclusion in UNCLEAN:
            self._console.complain(
                f"{endpoint(report.observation.target)}: is not recorded, since it is"
                f" {conclusion.value} here"
            )
        else:
            self._kept.append(report.observation)

    def finish(self) -> None:
        """Say what the other says at the end."""
        self._usual.finish()


def _presenter(console: Console, output: probing.Output) -> Presenter:
    return _Records(console) if output.json else _Lines(console, quiet=output.quiet)


class _Records:
    """JSON Lines."""

    def __init__(self, console: Console) -> None:
        self._console = console

    def show(self, report: Report) -> None:
        """Write its record."""
        self._console.record(as_differences.line(report))

    def finish(self) -> None:
        """Nothing: every line stands alone."""


class _Lines:
    """One line each, and unless `quiet` below it what differs."""

    def __init__(self, console: Console, *, quiet: bool) -> None:
        self._console = console
        self._quiet = quiet
        self._tally = Tally()

    def show(self, report: Report) -> None:
        """Write its line, and what differs."""
        self._tally.add(report)
        first, *rest = as_differences.rows(report)
        self._console.rows((first,), one_line=True)
        if not self._quiet:
            self._console.rows(rest)

    def finish(self) -> None:
        """Write the sum."""
        if self._tally.total and not self._quiet:
            self._console.rows((Row(), *self._tally.rows()))
