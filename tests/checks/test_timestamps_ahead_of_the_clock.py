"""The check `timestamps-ahead-of-the-clock`."""

from datetime import UTC, datetime

import pytest

from tests.checks.outcomes import finding, lacked, said, silent
from tests.evidence import KNOWN_LOGS, captured, observation, reference, unanswered
from tlsprobe.model.finding import Leaning, Weight

HELD = reference(ct_logs=KNOWN_LOGS)
SLOW = datetime(2026, 9, 30, tzinfo=UTC)
"""A day before the logs of the fixtures signed."""


def test_finding(look):
    """A timestamp that verifies was made before it was seen, whatever this clock says."""
    result = look(observation("with-scts", taken=SLOW), HELD)
    assert said(result) == (Leaning.FAULT, Weight.HINT)
    assert finding(result).summary.startswith("this machine's clock is slow: Operator 1 Log 1")
    result = look(captured("with-scts", taken=SLOW), HELD)
    assert finding(result).summary.startswith("the capture's clock is slow")


@pytest.mark.parametrize("taken", ["2026-09-30T23:56", "2026-10-01T00:00", "2026-11-23T00:00"])
def test_silence(taken, look):
    """A clock that is a few minutes slow is none the worse for it."""
    when = datetime.fromisoformat(taken).replace(tzinfo=UTC)
    assert silent(look(observation("with-scts", taken=when), HELD))


def test_copied_timestamps_say_nothing_of_the_clock(look):
    """Whoever copies them, or makes them up, can date them as he likes."""
    assert silent(look(observation("copied-timestamps", taken=SLOW), HELD))
    assert silent(look(observation("honest", taken=SLOW), HELD))


def test_not_applicable(look):
    """Without a list of logs, or without a chain, nothing can be said."""
    assert lacked(look(observation("with-scts"), reference())).startswith("a list of the logs")
    assert lacked(look(unanswered(), HELD)) == "a certificate chain"
