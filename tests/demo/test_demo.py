"""The demo: every scene comes out as it should, and nothing of it is left behind."""

import asyncio
import os
import tempfile
from pathlib import Path

import pytest
from msgspec.structs import replace

from tests.live.loopback import now
from tlsprobe.asking import World
from tlsprobe.demo import play
from tlsprobe.live.tcp import TcpDial
from tlsprobe.model.finding import Ran
from tlsprobe.model.observation import FailureKind
from tlsprobe.model.verdict import Conclusion, PinStatus
from tlsprobe.store.reference import default_reference
from tlsprobe.store.trust_stores import certifi_store

EXPECTED = {
    "the origin itself": ("direct", "evidence-for-the-origin"),
    "a proxy that re-signs": ("inspected", "proof"),
    "the same under a public CA's name": ("inspected", "proof"),
    "a gateway with another public certificate": ("terminated", "two-strong-grounds"),
    "the origin, its pinned keys rotated": ("pin-broken", "pins-broken"),
    "the origin without its intermediate": ("faulty", "fault"),
    "a box that says nothing": ("blocked", "no-handshake"),
    "a box that resets": ("blocked", "no-handshake"),
}


@pytest.fixture(scope="module")
def played(tmp_path_factory):
    """What was played, by the title of the scene; where it put its files is looked at afterwards."""
    folder = tmp_path_factory.mktemp("demo")
    before, tempfile.tempdir = tempfile.tempdir, str(folder)

    async def whole():
        started = now()
        reference = default_reference(as_of=started, public=certifi_store())
        world = World(dial=TcpDial(), now=now, entropy=os.urandom)
        found = await play(reference, world)
        await asyncio.sleep(0)  # closed transports let go of their sockets one turn later
        assert asyncio.all_tasks() == {asyncio.current_task()}
        return found

    try:
        found = asyncio.run(whole())
    finally:
        tempfile.tempdir = before
    assert list(Path(folder).iterdir()) == []
    return {one.scene.title: one for one in found}


def test_every_scene(played):
    """Each scene has the verdict that it calls for, by the rule that it shows."""
    verdicts = {
        title: (one.report.verdict.conclusion.value, one.report.verdict.rule)
        for title, one in played.items()
    }
    assert verdicts == EXPECTED
    assert all(one.right for one in played.values())


def test_no_check_breaks(played):
    """In no scene does a check break."""
    for one in played.values():
        assert [result for result in one.report.results if result.ran is Ran.BROKE] == []


def test_what_the_scenes_show(played):
    """The pins, the interceptors and the failures are those of the scenes."""
    assert played["the origin, its pinned keys rotated"].report.pins.status is PinStatus.BROKEN
    assert "rotation" in played["the origin, its pinned keys rotated"].report.verdict.summary
    proxy = played["a proxy that re-signs"].report.verdict.interceptor
    assert "Corporate Proxy CA" in proxy.issuer
    copied = played["the same under a public CA's name"].report
    assert "Demo Public Root" in copied.verdict.interceptor.issuer
    assert "issuer-name-copied" in [result.check for result, _ in copied.verdict.because]
    kinds = {
        title: played[title].report.observation.failure.kind
        for title in ("a box that says nothing", "a box that resets")
    }
    assert list(kinds.values()) == [FailureKind.SILENCE, FailureKind.RESET]


def test_a_scene_that_comes_out_wrong(played):
    """A scene whose verdict is not the expected one is said to be wrong."""
    one = played["the origin itself"]
    wrong = replace(one, scene=replace(one.scene, expected=Conclusion.INSPECTED))
    assert one.right
    assert not wrong.right
