"""How `tlsprobe checks` shows a check."""

from collections.abc import Iterator

from tlsprobe.checks import RegisteredCheck
from tlsprobe.model.jsonable import encode_check
from tlsprobe.report.page import Row, Span, Tone

COLUMN = 8


def rows(check: RegisteredCheck) -> Iterator[Row]:
    """The check for people: id, needs, citation, and its text by paragraphs."""
    yield Row(heads=((0, Span(check.id, Tone.LABEL)),))
    for label, text in (
        ("ground", check.ground.value),
        ("needs", "; ".join(_needs(check)) or "nothing"),
        ("cites", check.cites),
    ):
        yield Row(heads=((2, Span(label, Tone.QUIET)),), spans=(Span(text),), hang=COLUMN + 2)
    for paragraph in check.text.split("\n\n"):
        yield Row(spans=(Span(" ".join(paragraph.split())),), hang=2)
    yield Row()


def record(check: RegisteredCheck) -> bytes:
    """The check for programs: a line of JSON with its line end."""
    return (
        encode_check(
            check=check.id,
            ground=check.ground,
            needs=_needs(check),
            cites=check.cites,
            text=check.text,
        )
        + b"\n"
    )


def _needs(check: RegisteredCheck) -> list[str]:
    return sorted(need.value for need in check.needs)
