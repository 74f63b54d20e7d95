"""Costly expressions, tried in a process of their own."""

import asyncio
import re

import pytest

from tests.live.loopback import PATIENCE
from tlsprobe.live.patterns import fitting

URLS = ["https://www.contoso.com", "https://10.1.2.3", "https://login.microsoftonline.com"]


def found(*patterns, timeout=PATIENCE):
    """What fits what."""
    compiled = [re.compile(one, re.IGNORECASE) for one in patterns]
    return asyncio.run(fitting(compiled, URLS, timeout=timeout))


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        (r"10\.\d+\.\d+\.\d+", {1}),
        (r"([a-z0-9-]+\.)+CONTOSO\.com$", {0}),
        (r"(.*\.)?contoso\.com|(.*\.)?microsoftonline\.com", {0, 2}),
        (r"([a-z]+)+!", set()),
    ],
)
def test_what_administrators_write(pattern, expected):
    """Expressions that only might take long have an answer for each text."""
    assert found(pattern) == {(0, place) for place in expected}


def test_several():
    """Each is told apart."""
    assert found("www", "login", "https") == {(0, 0), (1, 2), (2, 0), (2, 1), (2, 2)}


def test_what_takes_for_ever_is_ended():
    """There is no answer then, and no process."""
    assert found(r"(([a-z./:]+)+)+!", timeout=1.0) is None
