"""Captures in several processes at a time, with the results of one.

Each process takes one capture after another and writes what it has to say into a file of its own,
which is handed on when its turn comes: nothing waits in memory, and the order is that of the captures.
"""

import gc
import os
import signal
import sys
import threading
from collections import deque
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from ctypes import c_longlong
from dataclasses import dataclass, field
from multiprocessing import get_context, parent_process
from multiprocessing.connection import wait
from multiprocessing.context import SpawnContext
from multiprocessing.process import BaseProcess
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from tlsprobe.capture.containers import Container
from tlsprobe.cli.capture_files import CaptureFile
from tlsprobe.cli.look import CHUNK
from tlsprobe.cli.one_capture import Analyst, Outcome, Write
from tlsprobe.errors import InputError, TlsprobeError

if sys.platform == "linux":
    from multiprocessing.context import ForkContext

    _Context = ForkContext | SpawnContext
else:
    _Context = SpawnContext
if TYPE_CHECKING:
    if sys.platform == "win32":
        from multiprocessing.connection import PipeConnection

        Pipe = PipeConnection[Any, Any]
    else:
        from multiprocessing.connection import Connection

        Pipe = Connection[Any, Any]

TICK = 0.2
"""Seconds between two looks at how far somebody has come."""


@dataclass(frozen=True, slots=True)
class _Worker:
    """A process, and the captures that it is asked for and answers."""

    process: BaseProcess
    pipe: "Pipe"
    position: c_longlong
    """Bytes of its capture that are read."""


@dataclass(slots=True)
class Workers:
    """Processes that share a list of captures. They end with the context that they are used in."""

    analyst: Analyst
    files: Sequence[CaptureFile]
    jobs: int
    done: int = 0
    """Bytes of the captures that are gone through."""
    _folder: "TemporaryDirectory[str]" = field(init=False)
    _idle: list[_Worker] = field(init=False, default_factory=list[_Worker])
    _busy: dict[int, _Worker] = field(init=False, default_factory=dict[int, _Worker])
    """By the capture that each is at."""

    def __enter__(self) -> Self:
        """Start them."""
        self._folder = TemporaryDirectory(prefix="tlsprobe-")
        # What stands now is shared with every process, as long as nobody touches it.
        gc.freeze()
        for _ in range(self.jobs):
            self._idle.append(self._start())
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End them, whatever they are at."""
        workers = (*self._idle, *self._busy.values())
        for worker in workers:
            worker.process.terminate()
        for worker in workers:
            worker.process.join()
            worker.pipe.close()
        self._folder.cleanup()

    @property
    def position(self) -> int:
        """How many bytes of all captures are read."""
        return self.done + sum(worker.position.value for worker in list(self._busy.values()))

    def outcomes(self, write: Write) -> Iterator[Outcome]:
        """What each capture came to, in their order; what is said of its sessions goes out before.

        Raises:
            TlsprobeError: results cannot be written.
        """
        waiting = deque(range(len(self.files)))
        finished: dict[int, Outcome] = {}
        for index in range(len(self.files)):
            told = 0
            while index not in finished:
                while waiting and self._idle:
                    self._give(waiting.popleft())
                for place, outcome in self._answers():
                    finished[place] = outcome
                    self.done += self.files[place].size or 0
                told = self._hand_on(index, told, write)
            self._hand_on(index, told, write)
            self._results(index).unlink(missing_ok=True)
            yield finished.pop(index)

    def _start(self) -> _Worker:
        context = _context()
        ours, theirs = context.Pipe()
        position = context.RawValue(c_longlong)
        process = context.Process(
            target=_work,
            args=(self.analyst, self.files, self._folder.name, theirs, position),
            daemon=True,
        )
        with _undisturbed():
            process.start()
        theirs.close()
        return _Worker(process, ours, position)

    def _give(self, index: int) -> None:
        """Let somebody who has nothing to do begin with a capture."""
        worker = self._idle.pop()
        try:
            worker.pipe.send(index)
        except OSError:  # it is gone, though it had nothing to do
            _end(worker)
            worker = self._start()
            worker.pipe.send(index)
        worker.position.value = 0
        self._busy[index] = worker

    def _answers(self) -> Iterator[tuple[int, Outcome]]:
        """What came to an end meanwhile; waits a moment for it."""
        ready = wait([worker.pipe for worker in self._busy.values()], TICK)
        for index, worker in list(self._busy.items()):
            if worker.pipe not in ready:
                continue
            del self._busy[index]
            try:
                answer: Outcome | str = worker.pipe.recv()
            except (EOFError, OSError):
                self._idle.append(self._start())
                lost = Outcome()
                lost.note_unusable(f"{self.files[index].name}: {_end(worker)}")
                yield index, lost
                continue
            self._idle.append(worker)
            if isinstance(answer, str):
                raise TlsprobeError(answer)
            yield index, answer

    def _results(self, index: int) -> Path:
        return _results(self._folder.name, index)

    def _hand_on(self, index: int, told: int, write: Write) -> int:
        """Hand on the whole lines that are there beyond `told` bytes; up to where that is."""
        try:
            file = self._results(index).open("rb")
        except FileNotFoundError:
            return told
        with file:
            file.seek(told)
            begun = b""
            while piece := file.read(CHUNK):
                whole, end, rest = piece.rpartition(b"\n")
                if end:
                    write(begun + whole + end)
                    told += len(begun) + len(whole) + len(end)
                    begun = b""
                begun += rest
        return told


def _context() -> _Context:
    """How processes come to be: as copies of this one, where that is safe."""
    if sys.platform == "linux" and threading.active_count() == 1:
        return get_context("fork")
    return get_context("spawn")


@contextmanager
def _undisturbed() -> Generator[None]:
    """Lets Ctrl-C wait: a process that is about to begin would not know what to do with it."""
    if sys.platform == "win32":
        yield
    else:
        before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        try:
            yield
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _results(folder: str, index: int) -> Path:
    return Path(folder, str(index))


def _end(worker: _Worker) -> str:
    """How a process ended that should not have."""
    worker.process.join(TICK)
    code = worker.process.exitcode
    how = f"signal {-code}" if code is not None and code < 0 else f"code {code}"
    worker.pipe.close()
    return f"not read to its end: the process that read it ended with {how}"


def _work(
    analyst: Analyst,
    files: Sequence[CaptureFile],
    folder: str,
    pipe: "Pipe",
    position: c_longlong,
) -> None:
    """What a process does: captures, until there are no more."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # who started it ends it
    watched = _Watched(position)
    threading.Thread(target=watched.follow, name="position", daemon=True).start()
    while True:
        try:
            index: int = pipe.recv()
        except (EOFError, OSError):
            return
        pipe.send(_answer(analyst, files[index], _results(folder, index), watched))


def _answer(
    analyst: Analyst, file: CaptureFile, results: Path, watched: "_Watched"
) -> Outcome | str:
    """What the capture came to; in words, why nobody should go on."""
    try:
        with results.open("wb", buffering=0) as stream:

            def write(data: bytes) -> None:
                rest = memoryview(data)
                try:
                    while rest:
                        rest = rest[stream.write(rest) :]
                except OSError as error:
                    raise _not_kept(results, error) from None

            outcome = Outcome()
            analyst.analyse(file, outcome, write=write, watch=watched.watch)
            return outcome
    except OSError as error:
        return str(_not_kept(results, error))
    except InputError as error:
        return str(error)


def _not_kept(results: Path, error: OSError) -> InputError:
    return InputError(str(results), f"results cannot be kept: {error.strerror or error}")


class _Watched:
    """Tells the process that started this one how far the capture is read; ends when that is gone."""

    def __init__(self, position: c_longlong) -> None:
        self._position = position
        self._container: Container | None = None

    def watch(self, container: Container) -> None:
        """From here on it is this one."""
        self._container = container

    def follow(self) -> None:
        """Look again and again."""
        starter = parent_process()
        pause = threading.Event()
        while not pause.wait(TICK):
            if self._container is not None:
                self._position.value = self._container.position
            if starter is not None and not starter.is_alive():
                os._exit(1)
