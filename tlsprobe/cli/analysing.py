"""What `tlsprobe pcap` does: captures -> sessions -> reports -> stdout, and an exit code."""

import gc
import os
import signal
from collections.abc import Generator, Iterable, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from msgspec import Struct

from tlsprobe.capture.containers import Container
from tlsprobe.cli.capture_files import STDIN, CaptureFile, find
from tlsprobe.cli.console import Console
from tlsprobe.cli.one_capture import Analyst, Job, Outcome
from tlsprobe.cli.progress import BytesRead
from tlsprobe.cli.reference import ReferenceOptions
from tlsprobe.cli.session_presenting import Style, sum_up
from tlsprobe.cli.wanted import Wanted
from tlsprobe.cli.workers import Workers
from tlsprobe.errors import InputError, UsageError
from tlsprobe.model.verdict import Conclusion
from tlsprobe.report import as_sessions
from tlsprobe.report.as_sessions import Columns

GARBAGE_THRESHOLD = 500_000
"""Objects that may come to be before garbage is looked for; Python's own figure is 700. Reading leaves none that
is not gone at once: of four searches in a capture of 1 GB the last three found nothing, and all took 2 % of its time."""
WORTH_A_PROCESS = 2**24
"""Bytes of captures that take longer to read than a process takes to start."""


class Output(Struct, frozen=True, kw_only=True):
    """How the answers are wanted."""

    json: bool
    quiet: bool
    verbose: bool
    extract: Path | None


def run(
    *,
    names: Sequence[str],
    keylogs: Sequence[Path],
    reference: ReferenceOptions,
    wanted: Wanted,
    verdicts: frozenset[Conclusion],
    output: Output,
    jobs: int | None,
) -> int:
    """Go through all captures; the exit code.

    Raises:
        UsageError: an argument is malformed, before anything was read.
        InputError: a file other than the captures cannot be used, likewise; or results cannot be
            written.
    """
    console = Console()
    files = _files(names, console)
    style = Style(
        json=output.json,
        quiet=output.quiet,
        verbose=output.verbose,
        several=len(names) > 1 or len(files) > 1 or any(not file.named for file in files),
        columns=Columns.within(console.look.line_width),
    )
    analyst = Analyst(
        Job(
            reference=reference,
            now=datetime.now(UTC),  # noqa: TID251 - the clock comes in here
            keylogs=tuple(keylogs),
            wanted=wanted,
            verdicts=verdicts,
            style=style,
            look=console.look,
            watched=console.on_terminal,
            extract=output.extract,
        )
    )
    for problem in analyst.problems:
        console.complain(problem)
    return _Run(
        console=console,
        style=style,
        analyst=analyst,
        files=files,
        jobs=_jobs(jobs, files),
        keyed=bool(keylogs),
        filtered=bool(wanted),
    ).carry_out()


def _files(names: Sequence[str], console: Console) -> list[CaptureFile]:
    if not names:
        raise UsageError("expected a capture, such as trace.pcapng, a folder, or - for stdin")
    if names.count(STDIN) > 1:
        raise UsageError("-: expected once, as stdin is read once")
    files: list[CaptureFile] = []
    for found in find(names):
        if isinstance(found, InputError):
            console.note_unusable(found)
        else:
            files.append(found)
    return files


def _jobs(asked: int | None, files: Sequence[CaptureFile]) -> int:
    """How many captures to read at a time. Stdin can be read in this process only."""
    if len(files) < 2 or any(file.name == STDIN for file in files):
        return 1
    if asked is not None:
        return min(asked, len(files))
    worth = 1 + (_size(files) or 0) // WORTH_A_PROCESS
    return min(_processors(), len(files), worth)


def _size(files: Sequence[CaptureFile]) -> int | None:
    """Bytes of all files; None where there are more, and nobody knows how many."""
    sizes = [file.size for file in files if file.size is not None]
    return sum(sizes) if len(sizes) == len(files) else None


def _processors() -> int:
    try:
        return len(os.sched_getaffinity(0))  # type: ignore[attr-defined,unused-ignore]
    except AttributeError:
        return os.cpu_count() or 1


@contextmanager
def _reading_on(console: Console, files: Iterable[CaptureFile]) -> Generator[None]:
    """Where stdin is read, the first Ctrl-C ends only whoever writes there.

    It goes to both ends of a pipe, and what tcpdump has sent by then is what is to be judged.
    """
    if all(file.name != STDIN for file in files):
        yield
        return

    def first(*_: object) -> None:
        signal.signal(signal.SIGINT, before)
        console.complain("interrupted: reading what is still in the pipe; once more ends at once")

    before = signal.signal(signal.SIGINT, first)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


@dataclass(slots=True)
class _Run:
    """One run over all captures."""

    console: Console
    style: Style
    analyst: Analyst
    files: Sequence[CaptureFile]
    jobs: int
    keyed: bool
    """Whether a key log was given."""
    filtered: bool
    """Whether sessions may have been found that are not wanted."""
    total: Outcome = field(default_factory=Outcome)
    _container: Container | None = None
    """That is read in this process."""
    _titled: bool = False
    """Whether the titles were written, where any are due."""
    _done: int = 0
    """Bytes of those before."""

    def carry_out(self) -> int:
        """Show everything; the exit code."""
        # What stands now stays to the end, and no search for garbage need go through it.
        gc.freeze()
        gc.set_threshold(GARBAGE_THRESHOLD, 20, 20)
        gc.enable()
        try:
            with _reading_on(self.console, self.files):
                if self.jobs > 1:
                    self._share()
                else:
                    self._go_through()
        finally:
            if self.style.summed_up:
                sum_up(
                    self.console, self.style, self.total.tally, self.total.names,
                    files=self._files(),
                )  # fmt: skip
        self._remark()
        return max(self.console.worst, self.total.worst)

    def _go_through(self) -> None:
        """One after another, in this process."""
        with closing(
            BytesRead(self.console, _size(self.files), lambda: self._position)
        ) as progress:
            progress.begin()
            for file in self.files:
                outcome = Outcome()
                try:
                    self.analyst.analyse(file, outcome, write=self._write, watch=self._watch)
                finally:
                    self._count(outcome)
                self._done += file.size or 0
                self._container = None

    def _share(self) -> None:
        """Several at a time."""
        with (
            Workers(self.analyst, self.files, self.jobs) as workers,
            closing(
                BytesRead(self.console, _size(self.files), lambda: workers.position)
            ) as progress,
        ):
            progress.begin()
            for outcome in workers.outcomes(self._write):
                self._count(outcome)

    def _write(self, written: bytes) -> None:
        """Write what is said of sessions, below titles that come with the first."""
        if not self._titled and self.style.summed_up and not self.style.verbose:
            self.console.rows((as_sessions.titles(self.style.columns),), one_line=True)
        self._titled = True
        self.console.write(written)

    def _count(self, outcome: Outcome) -> None:
        self.total.merge(outcome)
        for complaint in outcome.complaints:
            self.console.complain(complaint)

    def _watch(self, container: Container) -> None:
        self._container = container

    @property
    def _position(self) -> int:
        container = self._container
        return self._done + (0 if container is None else container.position)

    def _files(self) -> str:
        captures, others = self.total.captures, self.total.passed_over
        read = "1 capture" if captures == 1 else f"{captures} captures"
        passed = "1 other file" if others == 1 else f"{others} other files"
        return f"{read}; {passed} passed over" if others else read

    def _remark(self) -> None:
        """Say what stood in the way of better answers."""
        total, console = self.total, self.console
        if total.sealed:
            sessions = "1 session is" if total.sealed == 1 else f"{total.sealed} sessions are"
            keys = "no key log opens it" if self.keyed else "give a key log (--keylog)"
            console.complain(f"{sessions} TLS 1.3, where the certificate is encrypted: {keys}")
        if not total.captures and not total.worst and not console.worst:
            console.note_unusable(UsageError("no capture was found"))
        elif total.captures and not total.wanted:
            which = "no TLS session is such a one" if self.filtered else "no TLS session was found"
            console.complain(which)
            console.note(Conclusion.UNDECIDED)
