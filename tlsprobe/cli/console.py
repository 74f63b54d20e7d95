"""Streams, colour and exit codes: nobody else writes to a stream or knows a code.

Rules of the output: results go to stdout, everything else to stderr, as ``tlsprobe: one line``.
Colour only on a terminal that wants it (``NO_COLOR``, ``TERM=dumb``). What a stream's character set
does not have is escaped, never fatal: consoles of Windows may know 256 characters only.
"""

import errno
import os
import shutil
import sys
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from contextlib import contextmanager, suppress
from io import TextIOWrapper
from itertools import takewhile
from typing import TextIO

import typer

from tlsprobe.cli.look import Look, colours_work
from tlsprobe.errors import InputError, TlsprobeError
from tlsprobe.model.verdict import Conclusion
from tlsprobe.report.page import Row, visible

OK = 0
USAGE = 2
"""Wrong usage or unreadable input. 1 is never used on purpose: it is left for a crash."""
INTERRUPTED = 130
"""Ended by Ctrl-C, as a shell reports it (128 + SIGINT)."""
HUNG_UP = 141
"""Whoever read our stdout went away, as a shell reports it (128 + SIGPIPE)."""
_CODES: Mapping[Conclusion, int] = {
    Conclusion.DIRECT: OK,
    Conclusion.BLOCKED: 3,
    Conclusion.UNDECIDED: 3,
    Conclusion.FAULTY: 4,
    Conclusion.PIN_BROKEN: 4,
    Conclusion.INSPECTED: 5,
    Conclusion.TERMINATED: 5,
}
EXIT_CODES = (
    "Exits with the highest code of all endpoints: 0 direct; 2 a target that makes no sense;"
    " 3 blocked or undecided; 4 faulty or pin-broken; 5 inspected or terminated."
    " Other wrong usage is 2 as well."
)
"""The same for `--help`."""
SESSION_EXIT_CODES = (
    "Exits with the highest code of all sessions: 0 direct; 2 a file that cannot be read;"
    " 3 blocked or undecided, or no session at all; 4 faulty or pin-broken; 5 inspected or"
    " terminated. Wrong usage is 2 as well."
)
"""The same where captures are read."""

PIPE_WIDTH = 100
"""Columns of text that goes into a pipe or a file."""
MAX_WIDTH = 120
"""Columns of text on a terminal, however wide it is: longer lines are hard to read."""


_GROUPS = (["baseline"], ["reference"])
"""Commands that have commands of their own."""
_TYPES: Mapping[str, str] = {
    "int range": "whole number",
    "int": "whole number",
    "float range": "number",
    "float": "number",
}
"""What typer calls by the names that Python has for it, the longer name first."""
_NO_MORE = frozenset((errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO))
"""What the system says where nothing more can be written."""


class ReaderGoneError(Exception):
    """Whoever read our stdout went away. No `OSError`, since typer takes those for its own."""


def code_of(conclusion: Conclusion) -> int:
    """The exit code of one verdict."""
    return _CODES[conclusion]


class Console:
    """This process's stdout and stderr."""

    def __init__(self) -> None:
        self._out = sys.stdout
        self._err = sys.stderr
        self.on_terminal = _is_terminal(self._out)
        """Whether results are looked at as they come."""
        self.progress_wanted = _is_terminal(self._err) and not self.on_terminal
        """Whether somebody waits at a terminal for results that go elsewhere."""
        columns = shutil.get_terminal_size((PIPE_WIDTH, 24)).columns
        self.look = Look(
            width=min(columns, MAX_WIDTH) if self.on_terminal else PIPE_WIDTH,
            line_width=columns if self.on_terminal else 0,
            coloured=self.on_terminal and _wants_colour(os.environ) and colours_work(),
            encoding=self._out.encoding or "utf-8",
        )
        """How results are shown."""
        self.worst = OK
        """The highest exit code so far."""
        self.complain_through: Callable[[str], object] | None = None
        """Takes complaints in the place of stderr, while something is drawn there."""

    def rows(self, rows: Iterable[Row], *, one_line: bool = False) -> None:
        """Write rows to stdout: wrapped, or each on a line of its own that a terminal cuts off."""
        self._write(self.look.text(rows, one_line=one_line))

    def text(self, text: str) -> None:
        """Write our own text to stdout as it is."""
        self._write(text)

    def record(self, line: bytes) -> None:
        """Write one line of ASCII to stdout, with its line end, and at once."""
        self.write(line)

    def write(self, data: bytes) -> None:
        """Write to stdout what is encoded already, and at once."""
        with _writing():
            self._out.flush()
            self._out.buffer.write(data)
            self._out.buffer.flush()

    def complain(self, message: str) -> None:
        """Write one line to stderr, whatever the message holds."""
        line = visible(" ".join(message.split()))
        if self.complain_through is not None:
            self.complain_through(f"tlsprobe: {line}")
            return
        self._tell(f"tlsprobe: {line}\n")

    def help(self, text: str) -> None:
        """Write help that nobody asked for, to stderr."""
        self._tell(f"{text}\n")

    def note(self, conclusion: Conclusion) -> None:
        """Let a verdict count for the exit code: the highest of a run is its code."""
        self.worst = max(self.worst, code_of(conclusion))

    def note_unusable(self, error: TlsprobeError) -> None:
        """Name an input that cannot be used on stderr and let it count; the run goes on."""
        self.complain(str(error))
        self.worst = max(self.worst, USAGE)

    def _write(self, text: str) -> None:
        with _writing():
            self._out.write(text)
            self._out.flush()

    def _tell(self, text: str) -> None:
        # Nobody can be told that stderr is gone.
        with suppress(OSError):
            self._err.write(text)
            self._err.flush()


def run(program: Callable[[], object]) -> int:
    """Run the program; its exit code, whatever happens but a defect of ours.

    `program` gives its own code, or None for 0.
    """
    _prepare_streams()
    try:
        code = _carried_out(program)
    except ReaderGoneError:
        _give_up_stdout()
        return HUNG_UP
    except SystemExit:
        # typer's own answer to a closed pipe, while it writes help.
        _give_up_stdout()
        return HUNG_UP
    except KeyboardInterrupt:
        return INTERRUPTED
    except TlsprobeError as error:
        Console().complain(str(error))
        return USAGE
    except typer.TyperException as error:
        Console().complain(_as_sentence(error))
        return USAGE
    return code if isinstance(code, int) else OK


def _carried_out(program: Callable[[], object]) -> object:
    """What the program gives; help that cannot be written, by typer itself, is an error of ours."""
    try:
        return program()
    except OSError as error:
        if error.errno not in _NO_MORE:
            raise
        _give_up_stdout()
        raise _not_written(error) from None


def _as_sentence(error: typer.TyperException) -> str:
    """What typer says of an argument, in our form."""
    message = error.format_message().rstrip(".")
    for types, words in _TYPES.items():
        message = message.replace(f"is not a valid {types}", f"is no {words}")
    context = getattr(error, "ctx", None)
    command = getattr(context, "command_path", None) or _command_of(sys.argv[1:])
    return f"{message[:1].lower()}{message[1:]} (see {command} --help)"


def _command_of(arguments: Sequence[str]) -> str:
    """The command that was called: typer does not tell it of an option without its value."""
    words = list(takewhile(lambda one: not one.startswith("-"), arguments[:2]))
    return " ".join(("tlsprobe", *words[: 2 if words[:1] in _GROUPS else 1]))


@contextmanager
def _writing() -> Generator[None]:
    """Turns the errors of a stdout that nobody reads, or that takes no more, into ours."""
    try:
        yield
    except OSError as error:
        # Windows says EINVAL for a pipe without a reader.
        if error.errno in (errno.EPIPE, errno.EINVAL):
            raise ReaderGoneError from None
        _give_up_stdout()
        raise _not_written(error) from None


def _not_written(error: OSError) -> InputError:
    return InputError("stdout", f"cannot be written: {error.strerror}")


def _is_terminal(stream: TextIO) -> bool:
    return not stream.closed and stream.isatty()


def _wants_colour(environment: Mapping[str, str]) -> bool:
    return not environment.get("NO_COLOR") and environment.get("TERM") != "dumb"


def _prepare_streams() -> None:
    """Let no character be fatal, and no stream be missing (a program may be started without)."""
    for name in ("stdout", "stderr"):
        stream: TextIO | None = getattr(sys, name)
        if stream is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: PTH123, SIM115
        elif isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _give_up_stdout() -> None:
    """Point stdout nowhere, so that Python's last flush of it does not fail once more."""
    with suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)
