"""How text looks where it goes: the width, colour or none, the character set.

A look can be handed to another process, which then writes the very bytes that this one would.
"""

import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from io import StringIO
from typing import TYPE_CHECKING, Protocol

from tlsprobe.report.page import Row, plain, styled

if TYPE_CHECKING:  # only a terminal needs it, and it takes a while
    from rich.console import Console as RichConsole

CHUNK = 2**16
"""Bytes of results that are gathered where nobody watches them come."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """How rows become text."""

    width: int
    """Columns that text is wrapped to."""
    line_width: int
    """Columns where rows of one line are cut off; 0 cuts nothing."""
    coloured: bool
    encoding: str

    def text(self, rows: Iterable[Row], *, one_line: bool = False) -> str:
        """The rows, each wrapped or on a line of its own."""
        width = self.line_width if one_line else self.width
        if not self.coloured:
            return plain(rows, width, wrap=not one_line)
        screen, written = _screen()
        screen.print(styled(rows, width, wrap=not one_line), end="", soft_wrap=True)
        text = written.getvalue()
        written.seek(0)
        written.truncate()
        return text

    def encoded(self, text: str) -> bytes:
        """Text as bytes, as a stream of this look would write it."""
        return text.replace("\n", os.linesep).encode(self.encoding, "backslashreplace")


class Printer(Protocol):
    """Takes results: rows for people, records for programs."""

    def rows(self, rows: Iterable[Row], *, one_line: bool = False) -> None:
        """Take rows: wrapped, or each on a line of its own that a terminal cuts off."""
        ...

    def record(self, line: bytes) -> None:
        """Take one line of ASCII with its line end."""
        ...


class Gathering:
    """A printer that hands on what it took in large pieces."""

    def __init__(self, look: Look, write: Callable[[bytes], None]) -> None:
        self._look = look
        self._write = write
        self._pieces: list[bytes] = []
        self._size = 0

    def rows(self, rows: Iterable[Row], *, one_line: bool = False) -> None:
        """Take rows."""
        self.record(self._look.encoded(self._look.text(rows, one_line=one_line)))

    def record(self, line: bytes) -> None:
        """Take a line."""
        self._pieces.append(line)
        self._size += len(line)
        if self._size >= CHUNK:
            self.flush()

    def flush(self) -> None:
        """Hand on what is there."""
        pieces, self._pieces, self._size = self._pieces, [], 0
        if pieces:
            self._write(b"".join(pieces))


def colours_work() -> bool:
    """Whether a terminal of this system obeys escape sequences: all but old consoles of Windows."""
    if os.name != "nt":
        return True
    from rich.console import detect_legacy_windows  # noqa: PLC0415 - takes a while

    return not detect_legacy_windows()


@cache
def _screen() -> "tuple[RichConsole, StringIO]":
    """What writes colours, and where it writes them."""
    from rich.console import Console as RichConsole  # noqa: PLC0415 - takes a while

    written = StringIO()
    screen = RichConsole(
        file=written, force_terminal=True, legacy_windows=False,
        markup=False, emoji=False, highlight=False,
    )  # fmt: skip
    return screen, written
