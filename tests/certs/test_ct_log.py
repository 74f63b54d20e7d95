from datetime import UTC, datetime, timedelta

import pytest

from tlsprobe.certs.ct_log import Log, LogState, Standing

NOW = datetime(2026, 11, 23, tzinfo=UTC)
DAY = timedelta(days=1)


def log(*standings, **fields):
    """A log of that standing."""
    known = {"operator": "Example", "description": "Log 1", **fields}
    return Log(log_id=b"", encoded_key="", standings=standings, **known)


@pytest.mark.parametrize(
    ("state", "since", "accepted"),
    [
        (LogState.USABLE, NOW - DAY, True),
        (LogState.USABLE, NOW + DAY, True),  # a list tells the last change only
        (LogState.QUALIFIED, NOW - DAY, True),
        (LogState.READONLY, NOW - DAY, True),
        (LogState.RETIRED, NOW - DAY, False),
        (LogState.RETIRED, NOW, False),
        (LogState.RETIRED, NOW + DAY, True),
        (LogState.REJECTED, NOW - DAY, False),
        (LogState.REJECTED, NOW + DAY, True),
        (LogState.REJECTED, None, False),
        (LogState.PENDING, NOW - DAY, False),
        (None, None, False),
    ],
)
def test_when_a_list_took_a_log(state, since, accepted):
    """A log that was thrown out counts until that day; one that was never let in counts never."""
    assert log(Standing("chrome", state, since)).accepted_at(NOW) is accepted


def test_one_list_is_enough():
    """A browser that takes a log's promises makes public CAs use it."""
    out = Standing("chrome", LogState.REJECTED, NOW - DAY)
    assert log(out, Standing("apple", LogState.USABLE, NOW - DAY)).accepted_at(NOW)
    assert not log(out, Standing("crtsh", None, None)).accepted_at(NOW)
    assert not log().accepted_at(NOW)


def test_what_a_log_takes():
    """The end of its interval is not in it."""
    sharded = log(interval=(NOW, NOW + DAY))
    assert sharded.takes(NOW)
    assert sharded.takes(NOW + DAY - timedelta(seconds=1))
    assert not sharded.takes(NOW + DAY)
    assert not sharded.takes(NOW - timedelta(seconds=1))
    assert sharded.takes(None)
    assert log().takes(NOW)


@pytest.mark.parametrize(
    ("description", "name"),
    [("Log 1", "Example Log 1"), ("example's log", "example's log"), ("EXAMPLE 2", "EXAMPLE 2")],
)
def test_its_name_has_its_operator(description, name):
    """Once."""
    assert log(description=description).name == name
