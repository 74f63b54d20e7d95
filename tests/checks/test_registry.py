"""The registry: every file beside it, and no check under another's name."""

import pytest

from tlsprobe.checks import all_checks, all_ids
from tlsprobe.checks._registry import check
from tlsprobe.model.finding import Ground


def test_sorted_ids():
    """Every check is there once, in the order of the ids."""
    ids = [one.id for one in all_checks()]
    assert ids == sorted(set(ids))
    assert "issuer-key-public" in ids
    assert all_ids() == tuple(ids)


def test_a_check_in_anothers_file():
    """A check that is not named for its file is refused when it is registered."""

    def some_other_name(observation, reference):
        yield from ()

    with pytest.raises(TypeError, match="must be named for its file, test_registry"):
        check(ground=Ground.ISSUER, cites="nothing")(some_other_name)
    assert "test-registry" not in [one.id for one in all_checks()]
