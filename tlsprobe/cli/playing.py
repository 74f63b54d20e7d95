"""What `tlsprobe demo` does: play every scene, and set the verdicts beside the expected ones."""

import asyncio
import os
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from tlsprobe.asking import World
from tlsprobe.cli.console import Console
from tlsprobe.demo import Played, play
from tlsprobe.live.tcp import TcpDial
from tlsprobe.report import as_json, as_text
from tlsprobe.report.as_table import VERDICT_WIDTH
from tlsprobe.report.as_text import TONES
from tlsprobe.report.page import Row, Span, Tone
from tlsprobe.store.reference import default_reference
from tlsprobe.store.trust_stores import certifi_store

TITLE_WIDTH = 42


def run(console: Console, *, json: bool, verbose: bool) -> bool:
    """Play and show; whether every verdict is the expected one."""
    played = asyncio.run(_play())
    for index, one in enumerate(played):
        if json:
            console.record(as_json.line(one.report))
        elif verbose:
            title = Row(spans=(Span(one.scene.title, Tone.LABEL),))
            apart = () if index == 0 else (Row(),)
            console.rows((*apart, title, *as_text.rows(one.report, verbose=False)))
    if not json and not verbose:
        console.rows(_table(played))
    return all(one.right for one in played)


async def _play() -> tuple[Played, ...]:
    now = datetime.now(UTC)  # noqa: TID251 - the clock comes in here
    world = World(
        dial=TcpDial(),
        now=lambda: datetime.now(UTC),  # noqa: TID251
        entropy=os.urandom,  # noqa: TID251 - and the entropy
    )
    return await play(default_reference(as_of=now, public=certifi_store()), world)


def _table(played: Iterable[Played]) -> Iterator[Row]:
    """Scene, expected and given verdict, and the reason below."""
    given = TITLE_WIDTH + 2 + VERDICT_WIDTH + 2
    expected = TITLE_WIDTH + 2
    yield Row(
        heads=((0, Span("what answers", Tone.LABEL)), (expected, Span("expected", Tone.LABEL))),
        spans=(Span("verdict", Tone.LABEL),),
        hang=given,
    )
    wrong = 0
    for one in played:
        verdict = one.report.verdict
        wrong += not one.right
        yield Row(
            heads=((0, Span(one.scene.title)), (expected, Span(one.scene.expected.value))),
            spans=(
                Span(verdict.conclusion.value, TONES[verdict.conclusion]),
                Span("" if one.right else "  WRONG", Tone.BAD),
            ),
            hang=given,
        )
        yield Row(spans=(Span(verdict.summary, Tone.QUIET),), hang=4)
    yield Row()
    yield Row(
        spans=(
            Span("every verdict is the expected one", Tone.GOOD)
            if not wrong
            else Span(f"{wrong} verdicts are not the expected ones", Tone.BAD),
        )
    )
