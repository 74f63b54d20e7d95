"""Tables in Markdown, for a terminal and for a README alike."""

from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One measurement, ready to be shown."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    remarks: tuple[str, ...] = field(default=())

    def __str__(self) -> str:
        """Its heading, its table, its remarks."""
        parts = [f"## {self.title}", table(self.columns, self.rows), *self.remarks]
        return "\n\n".join(parts) + "\n"


def table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table whose columns line up; numbers, which come after the first column, to the right."""
    lines = [tuple(map(_cell, line)) for line in (columns, *rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    numeric = [
        at > 0 and any(line[at][:1].isdigit() for line in lines[1:]) for at in range(len(columns))
    ]
    rule = ["-" * (width - 1) + ":" if right else "-" * width
            for width, right in zip(widths, numeric, strict=True)]  # fmt: skip
    return "\n".join(
        "| " + " | ".join(
            cell.rjust(width) if right else cell.ljust(width)
            for cell, width, right in zip(line, widths, numeric, strict=True)
        ) + " |"
        for line in (lines[0], rule, *lines[1:])
    )  # fmt: skip


def milliseconds(seconds: float) -> str:
    """Three figures that count: ``0.87``, ``31.2``, ``412``."""
    value = seconds * 1000
    return f"{value:.2f}" if value < 10 else f"{value:.1f}" if value < 100 else f"{value:.0f}"


def microseconds(seconds: float) -> str:
    """The same for what is small."""
    value = seconds * 1e6
    return f"{value:.1f}" if value < 100 else f"{value:.0f}"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
