"""The lab, once for all its tests, or the reason why there is none."""

import datetime as dt
import json
import os
from collections.abc import Iterator
from typing import Any

import pytest

from tests.lab.laboratory import Laboratory
from tests.lab.obstacles import PATH, obstacle


@pytest.fixture(scope="session")
def lab() -> Iterator[Laboratory]:
    """The lab, built when the first test asks for it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", PATH)
        yield from _lab_or_reason()


def _lab_or_reason() -> Iterator[Laboratory]:
    lack = obstacle()
    if lack:
        # Where the lab is a must, its absence may not look like success.
        if os.environ.get("TLSPROBE_REQUIRE_LAB") == "1":
            pytest.fail(f"TLSPROBE_REQUIRE_LAB=1, but {lack}", pytrace=False)
        pytest.skip(lack)
    now = dt.datetime.now(dt.UTC)
    with Laboratory.open(now=now) as laboratory:
        yield laboratory


@pytest.fixture(scope="module", autouse=True)
def left_as_found(lab: Laboratory) -> Iterator[None]:
    """Tests run in any order: none may leave a name, a rule or a route behind for the next ones."""
    before = lab.network.state()
    yield
    assert lab.network.state() == before


@pytest.fixture(scope="session")
def schema(lab: Laboratory) -> dict[str, Any]:
    """The JSON Schema that the command publishes of its records."""
    run = lab.run("schema")
    assert run.exit_code == 0, run
    published: dict[str, Any] = json.loads(run.stdout)
    return published
