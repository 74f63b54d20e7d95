"""Processes that answer one question."""

import asyncio
import json

import pytest

from tests.live.loopback import PATIENCE
from tlsprobe.live import pattern_process
from tlsprobe.live.own_process import asked

QUESTION = {"patterns": ["a"], "texts": ["a"]}


def answer(question, timeout=PATIENCE):
    """What a process of ours says."""
    return asyncio.run(asked(pattern_process.__name__, question, timeout=timeout))


def test_an_answer():
    """The exit code and what was written."""
    code, output = answer(QUESTION)
    assert (code, json.loads(output)) == (0, [[0, 0]])


def test_a_process_that_fails():
    """Its code tells, and its complaints reach nobody."""
    assert answer({"patterns": ["("], "texts": []}) == (1, b"")


def test_no_module_of_the_working_directory_is_run(tmp_path, monkeypatch):
    """Where somebody has put a json.py of his own, it stays unread."""
    (tmp_path / "json.py").write_text("raise SystemExit(9)")
    monkeypatch.chdir(tmp_path)
    assert answer(QUESTION)[0] == 0


def test_a_process_is_ended():
    """Once its time is over nobody waits, and nothing of it is left in the loop."""

    async def ended():
        endless = {"patterns": ["(([a-z]+)+)+!"], "texts": ["a" * 60]}
        with pytest.raises(TimeoutError):
            await asked(pattern_process.__name__, endless, timeout=0.5)
        return asyncio.all_tasks() - {asyncio.current_task()}

    assert asyncio.run(ended()) == set()
