"""Targets that go all the way: from the bytes of a capture to what is said of its sessions."""

from collections.abc import Iterable
from datetime import UTC, datetime
from functools import cache

from tests.fuzz.reading import sessions
from tlsprobe.analysis import MEMORY, analyse
from tlsprobe.cli.reference import ReferenceOptions, build
from tlsprobe.model import jsonable
from tlsprobe.model.json_remembered import RememberingEncoder
from tlsprobe.model.memory import Memory
from tlsprobe.model.reference import Reference
from tlsprobe.report import as_sessions, as_text
from tlsprobe.report.page import Row, plain

_WIDTH = 80


def reports(data: bytes) -> None:
    """What is said of a session is one line of ASCII, and text that does nothing to a terminal.

    It does not depend on what is remembered of sessions before.
    """
    found = sessions(data)
    encoder = RememberingEncoder()
    remembering = analyse([found], _reference(), Memory(MEMORY))
    afresh = analyse([found], _reference(), Memory(0))
    for report, same in zip(remembering, afresh, strict=True):
        line = encoder.encode(report)
        assert line == jsonable.encode(same)
        assert line.isascii()
        assert b"\n" not in line
        _shown(as_text.rows(report, verbose=True), wrap=True)
        _shown([as_sessions.row(report, as_sessions.Columns.within(_WIDTH))], wrap=False)


def _shown(rows: Iterable[Row], *, wrap: bool) -> None:
    text = plain(rows, _WIDTH, wrap=wrap)
    assert all(one.isprintable() for one in text.split("\n"))


@cache
def _reference() -> Reference:
    """What a run over captures is judged by."""
    return build(
        ReferenceOptions(), as_of=datetime(2026, 11, 23, tzinfo=UTC), machine=False
    ).reference
