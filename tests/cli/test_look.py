import os

import pytest

from tlsprobe.cli.look import CHUNK, Gathering, Look
from tlsprobe.report.page import Row, Span, Tone

ROW = Row(spans=(Span("a", Tone.BAD), Span(" \u691c\u67fb " + "word " * 30)))
PIPE = Look(width=40, line_width=0, coloured=False, encoding="utf-8")


def test_wrapped_or_not():
    """Rows are wrapped to the width, or cut off at that of lines; 0 cuts nothing."""
    assert max(map(len, PIPE.text([ROW]).splitlines())) <= 40
    assert len(PIPE.text([ROW], one_line=True).splitlines()) == 1
    narrow = Look(width=40, line_width=20, coloured=False, encoding="utf-8")
    assert narrow.text([ROW], one_line=True).endswith("...\n")


def test_colour():
    """Where colour is wanted each row has its own, however many were shown before."""
    coloured = Look(width=40, line_width=20, coloured=True, encoding="utf-8")
    first = coloured.text([ROW], one_line=True)
    assert first.startswith("\x1b[1;31ma\x1b[0m")
    assert coloured.text([ROW], one_line=True) == first


@pytest.mark.parametrize(
    ("encoding", "shown"),
    [("utf-8", "\u691c\u67fb\u00e9".encode()), ("cp1252", b"\\u691c\\u67fb\xe9")],
)
def test_encoding(encoding, shown):
    """What a character set lacks is escaped, and lines end as the system has it."""
    look = Look(width=40, line_width=0, coloured=False, encoding=encoding)
    assert look.encoded("\u691c\u67fb\u00e9\n") == shown + os.linesep.encode()


def test_gathering():
    """What is gathered goes on in large pieces, in order, and nothing is left when it is flushed."""
    pieces = []
    gathering = Gathering(PIPE, pieces.append)
    lines = [b"%07d\n" % number for number in range(3 * CHUNK // 8 - 1)]
    for line in lines:
        gathering.record(line)
    assert [len(piece) for piece in pieces] == [CHUNK, CHUNK]
    gathering.rows([Row(spans=(Span("end"),))])
    gathering.flush()
    gathering.flush()
    assert b"".join(pieces) == b"".join(lines) + f"end{os.linesep}".encode()
    assert len(pieces) == 3
