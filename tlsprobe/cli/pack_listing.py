"""What `tlsprobe check --list` does: every pack, its features, and what it has to be told."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

from tlsprobe import checks
from tlsprobe.cli.console import OK, Console
from tlsprobe.model.pack import Pack
from tlsprobe.report.page import Row, Span, Tone
from tlsprobe.store import packs

COLUMN = 12


def run(*, pack: str | None, files: tuple[Path, ...], json: bool, today: date) -> int:
    """Show the pack of that name, or all of them; the exit code.

    Raises:
        UsageError: there is no pack of that name.
        InputError: a file cannot be used.
    """
    console = Console()
    known = checks.all_ids()
    shown = (
        packs.every(files=files, checks=known, today=today)
        if pack is None
        else (packs.shipped(pack, checks=known),)
    )
    for one in shown:
        if json:
            from tlsprobe.model.survey_json import encode_pack  # noqa: PLC0415 - not for text

            console.record(encode_pack(one) + b"\n")
        else:
            console.rows(_rows(one))
    return OK


def _rows(pack: Pack) -> Iterator[Row]:
    yield Row(
        heads=((0, Span(pack.name, Tone.LABEL)),),
        spans=(
            Span(f"{pack.title}: {len(pack.endpoints)} endpoints, as of {pack.as_of.isoformat()}"),
        ),
        hang=2,
    )
    if pack.clouds:
        yield _row("--cloud", f"{', '.join(pack.clouds)} (the first is the usual one)")
    for variable in pack.variables:
        yield _row("--set", f"{variable.name}=...: {variable.meaning}")
    for feature in pack.features:
        condition = f"; {feature.condition}, so by name only" if feature.condition else ""
        yield _row("--feature", f"{feature.name}: {feature.title}{condition}")
    yield _row("file", pack.place)
    yield Row()


def _row(label: str, text: str) -> Row:
    return Row(heads=((2, Span(label, Tone.QUIET)),), spans=(Span(text),), hang=COLUMN + 2)
