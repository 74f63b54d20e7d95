"""Rows of toned text, and how they become plain or styled text.

A report is written once, as rows: heads that stand in columns, and text that is wrapped beside them.
`plain` makes a string of rows, for pipes and files; `styled` makes what `rich` prints, for terminals.
Both wrap alike and both let text through `visible` only: certificates are written by strangers, and
no escape sequence, no line end and no reversal of direction of theirs may reach a terminal.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import Enum
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING
from unicodedata import combining, east_asian_width

if TYPE_CHECKING:
    from rich.text import Text

# Columns that text has beside its heads, however narrow the terminal is.
MIN_ROOM = 20
ELLIPSIS = "..."
# Columns beside the heads that are enough for text which may stand below them.
ENOUGH = 42

_COMMAS = re.compile("[^,]+,*|,+")


class Tone(Enum):
    """How a piece of text is meant; the value is the style that a terminal shows it in.

    Only tones that can be read on dark and on light ground: no yellow, no blue, no white.
    """

    PLAIN = ""
    LABEL = "bold"
    QUIET = "dim"
    GOOD = "bold green"
    BAD = "bold red"
    WARN = "bold magenta"


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of text in one tone. May hold anything: it is made harmless when it is rendered."""

    text: str
    tone: Tone = Tone.PLAIN


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """Text that is wrapped, with heads before it."""

    heads: tuple[tuple[int, Span], ...] = ()
    """Each with the column where it stands, if those before leave it free."""
    spans: tuple[Span, ...] = ()
    hang: int = 0
    """The column where the text begins, if the heads leave it free, and where its later lines do."""
    below: int | None = None
    """The column for text that does not fit beside the heads and has not `ENOUGH` columns there: it
    stands below them then."""
    unbroken: bool = False
    """Whether lines end at spaces only, and a word that is longer than a line goes beyond it."""


def visible(text: str) -> str:
    r"""The text with everything escaped that is not printed as itself: ``\x1b``, ``\u202e``.

    That is all of Unicode's controls, format characters (those of direction and of zero width among
    them), line ends, odd spaces, surrogates and unassigned code points; letters of any script stay.
    """
    if text.isprintable():
        return text
    return "".join(
        one if one.isprintable() else one.encode("unicode_escape").decode("ascii") for one in text
    )


def shortened(text: str, limit: int) -> str:
    """The text, cut where it is longer than `limit` characters."""
    return text if len(text) <= limit else text[: limit - len(ELLIPSIS)] + ELLIPSIS


def plain(rows: Iterable[Row], width: int, *, wrap: bool = True) -> str:
    """The rows as text, each line with its end and none wider than `width` columns.

    Without `wrap` a row is one line, cut off at `width` columns; 0 cuts nothing.
    """
    return "".join(
        "".join(span.text for span in line).rstrip() + "\n"
        for row in rows
        for line in (_lines(row, width) if wrap else [_line(row, width)])
    )


def styled(rows: Iterable[Row], width: int, *, wrap: bool = True) -> "Text":
    """The same for `rich`: a text that holds no markup and is to be printed without wrapping."""
    from rich.text import Text  # noqa: PLC0415 - only a terminal needs it, and it takes a while

    text = Text(no_wrap=True, overflow="ignore", end="")
    for row in rows:
        for line in _lines(row, width) if wrap else [_line(row, width)]:
            for tone, spans in groupby(line, attrgetter("tone")):
                text.append("".join(span.text for span in spans), style=tone.value)
            text.append("\n")
    return text


def cells(text: str) -> int:
    """How many columns a terminal gives to the text."""
    if text.isascii():
        return len(text)
    return sum(0 if combining(one) else 2 if east_asian_width(one) in "WF" else 1 for one in text)


def _lines(row: Row, width: int) -> Iterator[list[Span]]:
    """The row's lines, made harmless."""
    line, at = _opening(row)
    if row.below is not None and width - at < ENOUGH and at + _length(row.spans) > width:
        yield _opening(replace(row, hang=0))[0]
        row = replace(row, heads=(), hang=row.below)
        line, at = _opening(row)
    room = None if row.unbroken else max(width - row.hang, MIN_ROOM)
    fresh = True
    for piece, spaced in _pieces(row.spans, room):
        size = cells(piece.text)
        if not fresh and at + spaced + size > width:
            yield line
            line, at, fresh = [Span(" " * row.hang)], row.hang, True
        if spaced and not fresh:
            line.append(Span(" ", piece.tone if line[-1].tone is piece.tone else Tone.PLAIN))
            at += 1
        line.append(piece)
        at, fresh = at + size, False
    yield line


def _length(spans: tuple[Span, ...]) -> int:
    return sum(cells(visible(span.text)) for span in spans)


def _line(row: Row, width: int) -> list[Span]:
    """The row as one line, cut off at `width` columns, if that is more than 0."""
    line, _ = _opening(row)
    line += [Span(visible(span.text), span.tone) for span in row.spans]
    if not width or sum(cells(span.text) for span in line) <= width:
        return line
    short: list[Span] = []
    left = max(width - len(ELLIPSIS), 0)
    for span in line:
        text = span.text
        while cells(text) > left:
            text = text[:-1]
        short.append(Span(text, span.tone))
        left -= cells(text)
        if text != span.text:
            break
    return [*short, Span(ELLIPSIS)]


def _opening(row: Row) -> tuple[list[Span], int]:
    """The heads, up to where the text begins, and which column that is."""
    line: list[Span] = []
    at = 0
    for column, head in row.heads:
        begin = max(column, at + 1 if at else 0)
        text = visible(head.text)
        line += (Span(" " * (begin - at)), Span(text, head.tone))
        at = begin + cells(text)
    begin = max(row.hang, at + 1 if at else 0)
    line.append(Span(" " * (begin - at)))
    return line, begin


def _pieces(spans: tuple[Span, ...], room: int | None) -> Iterator[tuple[Span, bool]]:
    """What a line may be broken between, and whether a space stands before it.

    Words; names also after a comma, as they can be long and have no space; and what is still longer
    than a line wherever the line ends. Words alone where `room`, a line's columns, is None.
    """
    spaced = False
    for span in spans:
        for index, word in enumerate(visible(span.text).split(" ")):
            spaced = spaced or index > 0
            parts = [word] if room is None and word else _COMMAS.findall(word)
            for part in parts:
                step = room or len(part)
                step = step if part.isascii() or room is None else max(step // 2, 1)
                for start in range(0, len(part), step):
                    yield Span(part[start : start + step], span.tone), spaced
                    spaced = False
