"""What becomes of one capture: its sessions go to a printer, and what they come to is counted.

The same code works in this process and in others, so that nothing depends on how many there are.
"""

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from traceback import extract_tb

from msgspec import Struct

from tlsprobe.analysis import MEMORY, Remembered, analyse
from tlsprobe.capture.containers import Container, open_capture
from tlsprobe.capture.conversations import Conversation, conversations
from tlsprobe.capture.keylog import read_keylog
from tlsprobe.cli.capture_files import CaptureFile, named_as_capture
from tlsprobe.cli.console import OK, USAGE, ReaderGoneError, code_of
from tlsprobe.cli.extracting import Extract
from tlsprobe.cli.look import Gathering, Look
from tlsprobe.cli.reference import ReferenceOptions, build
from tlsprobe.cli.session_presenting import Style, presenter
from tlsprobe.cli.wanted import Wanted
from tlsprobe.crypto.keys import KeyLog
from tlsprobe.errors import InputError, TlsprobeError
from tlsprobe.model.json_remembered import RememberingEncoder
from tlsprobe.model.memory import Memory
from tlsprobe.model.report import Report
from tlsprobe.model.verdict import Conclusion
from tlsprobe.report.as_names import Names
from tlsprobe.report.as_table import Tally
from tlsprobe.report.captured import is_sealed

Write = Callable[[bytes], None]
Watch = Callable[[Container], None]


class Job(Struct, frozen=True, kw_only=True):
    """What is to be done with every capture of a run."""

    reference: ReferenceOptions
    now: datetime
    keylogs: tuple[Path, ...]
    wanted: Wanted
    verdicts: frozenset[Conclusion]
    """Empty wants all."""
    style: Style
    look: Look
    watched: bool
    """Somebody looks at the results as they come."""
    extract: Path | None


@dataclass(slots=True, kw_only=True)
class Outcome:
    """What the sessions of a capture, or of several, come to."""

    worst: int = OK
    """The highest exit code."""
    captures: int = 0
    passed_over: int = 0
    """Files of folders that are no captures."""
    wanted: int = 0
    """Sessions that were wanted, whatever their verdict."""
    sealed: int = 0
    """Of these, TLS 1.3 sessions whose certificate no key opens."""
    tally: Tally = field(default_factory=lambda: Tally("session"))
    names: Names = field(default_factory=Names)
    complaints: list[str] = field(default_factory=list[str])

    def merge(self, other: "Outcome") -> None:
        """Count in what another capture came to, but for its complaints."""
        self.worst = max(self.worst, other.worst)
        self.captures += other.captures
        self.passed_over += other.passed_over
        self.wanted += other.wanted
        self.sealed += other.sealed
        self.tally.merge(other.tally)
        self.names.merge(other.names)

    def note_unusable(self, reason: str) -> None:
        """Let a file that cannot be read, or not to its end, count."""
        self.worst = max(self.worst, USAGE)
        self.complaints.append(reason)


class Analyst:
    """Goes through captures, one after another, and remembers what it has judged.

    Raises:
        UsageError: options contradict each other.
        InputError: a file other than the captures cannot be used.
    """

    def __init__(self, job: Job) -> None:
        built = build(job.reference, as_of=job.now, machine=False)
        self._job = job
        self._reference = built.reference
        self._keys, problems = KeyLog(), list(built.warnings)
        for path in job.keylogs:
            problems += read_keylog(path, self._keys)[1]
        self.problems = tuple(problems)
        """What is to be said before anything is read."""
        self._memory: Remembered = Memory(MEMORY)
        self._encoder = RememberingEncoder()
        self._extract = None if job.extract is None else Extract(job.extract)

    def __reduce__(self) -> tuple[type["Analyst"], tuple[Job]]:
        """Another process makes its own of the same job."""
        return Analyst, (self._job,)

    def analyse(self, file: CaptureFile, outcome: Outcome, *, write: Write, watch: Watch) -> None:
        """Write what is to be said of every session, and count it into `outcome`.

        `watch` is given the capture before it is read. Before anything is raised, Ctrl-C among it,
        all that was found is written.

        Raises:
            InputError: a chain cannot be written; whatever `write` raises as well.
        """
        try:
            container = open_capture(file.name)
        except InputError as error:
            if not file.named and not named_as_capture(file.name) and _is_readable(file.name):
                outcome.passed_over += 1
            else:
                outcome.note_unusable(str(error))
            return
        outcome.captures += 1
        gathering = Gathering(self._job.look, write)
        try:
            with closing(container):
                watch(container)
                self._go_through(container, file, gathering, outcome)
        finally:
            gathering.flush()
        outcome.complaints += [f"{file.name}: {problem}" for problem in container.problems]

    def _go_through(
        self, container: Container, file: CaptureFile, gathering: Gathering, outcome: Outcome
    ) -> None:
        show = presenter(self._job.style, gathering, file.name, self._encoder)
        # Whoever reads a pipe may wait for what is in it as well.
        at_once = self._job.watched or container.size is None
        try:
            for report in self._reports(container, outcome):
                self._count(report, outcome)
                show(report)
                if self._extract is not None:
                    self._extract.add(report)
                if at_once:
                    gathering.flush()
        except (TlsprobeError, ReaderGoneError):
            raise
        except Exception as error:  # noqa: BLE001 - our defect must not cost the other captures
            outcome.note_unusable(f"{file.name}: not read to its end: {_defect(error)}")

    def _reports(self, container: Container, outcome: Outcome) -> Iterator[Report]:
        job = self._job
        sessions: Iterator[list[Conversation]]
        sessions = conversations(container, _KeysOfFile(self._keys), now=job.now)
        if job.wanted:
            sessions = (list(filter(job.wanted.admits, some)) for some in sessions)
        for report in analyse(sessions, self._reference, self._memory):
            outcome.wanted += 1
            outcome.sealed += is_sealed(report.observation.handshake)
            if not job.verdicts or report.verdict.conclusion in job.verdicts:
                yield report

    def _count(self, report: Report, outcome: Outcome) -> None:
        outcome.worst = max(outcome.worst, code_of(report.verdict.conclusion))
        if self._job.style.summed_up:
            outcome.tally.add(report)
            outcome.names.add(report)


class _KeysOfFile(KeyLog):
    """The keys that were given, and beside them those that stand in one capture."""

    def __init__(self, given: KeyLog) -> None:
        super().__init__()
        self._given = given

    def logged_secret(self, client_random: bytes, label: str) -> bytes | None:
        """The secret of that connection and label, from either."""
        return super().logged_secret(client_random, label) or self._given.logged_secret(
            client_random, label
        )


def _is_readable(name: str) -> bool:
    try:
        with Path(name).open("rb") as file:
            file.read(1)
    except (OSError, ValueError):
        return False
    return True


def _defect(error: Exception) -> str:
    """An error that should not have been, in a line that finds its place."""
    last = extract_tb(error.__traceback__)[-1]
    where = f"{Path(last.filename).name}, line {last.lineno}"
    return f"a defect of this program: {type(error).__name__}: {error} ({where})"
