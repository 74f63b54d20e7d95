"""Each file here tests the check that it is named for."""

from collections.abc import Callable

import pytest

from tlsprobe import checks
from tlsprobe.model.finding import CheckResult
from tlsprobe.model.observation import Observation
from tlsprobe.model.reference import Reference

Look = Callable[[Observation, Reference], CheckResult]


@pytest.fixture
def look(request: pytest.FixtureRequest) -> Look:
    """Runs the check as the program does: what it needs is asked for first."""
    name = request.path.stem.removeprefix("test_").replace("_", "-")
    (check,) = [one for one in checks.all_checks() if one.id == name]

    def run(observation: Observation, reference: Reference) -> CheckResult:
        (result,) = checks.run(observation, reference, [check])
        return result

    return run
