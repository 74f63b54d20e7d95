from itertools import chain

import pytest
from msgspec.structs import replace

from tests.cli.test_workers import CAPTURES, FILES, JOB, alone
from tlsprobe.cli import one_capture
from tlsprobe.cli.capture_files import CaptureFile
from tlsprobe.cli.console import USAGE, ReaderGoneError
from tlsprobe.cli.one_capture import Analyst, Outcome

HONEST = CaptureFile(str(CAPTURES / "honest.pcap"), named=True)


def broken_after(count):
    """A reader of captures that has a defect behind so many sessions."""
    read = one_capture.conversations

    def conversations(*arguments, **named):
        sessions = chain.from_iterable(read(*arguments, **named))
        for number, session in enumerate(sessions):
            if number == count:
                raise KeyError("nobody thought of this")
            yield [session]

    return conversations


def test_a_defect_costs_its_capture(monkeypatch):
    """A defect of ours is told in a line that finds it; what was found before it stands."""
    reused = CaptureFile(str(CAPTURES / "port-reused.pcap"), named=True)
    monkeypatch.setattr(one_capture, "conversations", broken_after(1))
    written, [outcome, other] = alone(JOB, (reused, HONEST))
    assert written.count(b"\n") == 2
    assert outcome.worst == USAGE
    [line] = outcome.complaints
    assert line.startswith(
        f"{reused.name}: not read to its end: a defect of this program:"
        " KeyError: 'nobody thought of this' (test_one_capture.py, line "
    )
    assert other.complaints == []


@pytest.mark.parametrize("error", [ReaderGoneError, KeyboardInterrupt])
def test_what_is_no_defect_goes_on(error):
    """Who cannot write, or is interrupted, does not go on to the next capture."""

    def write(_):
        raise error

    with pytest.raises(error):
        Analyst(JOB).analyse(HONEST, Outcome(), write=write, watch=lambda _: None)


def test_nothing_is_lost(monkeypatch):
    """What was found before an interruption is written."""
    read, written = one_capture.conversations, []

    def interrupted(*arguments, **named):
        yield from read(*arguments, **named)
        raise KeyboardInterrupt

    monkeypatch.setattr(one_capture, "conversations", interrupted)
    outcome = Outcome()
    with pytest.raises(KeyboardInterrupt):
        Analyst(JOB).analyse(HONEST, outcome, write=written.append, watch=lambda _: None)
    assert b"".join(written).count(b"\n") == outcome.wanted == 1


@pytest.mark.parametrize("watched", [False, True])
def test_on_a_terminal_results_come_one_by_one(watched):
    """Where somebody looks at the results, each is handed on by itself; else many together."""
    reused = CaptureFile(str(CAPTURES / "port-reused.pcap"), named=True)
    pieces = []
    Analyst(replace(JOB, watched=watched)).analyse(
        reused, Outcome(), write=pieces.append, watch=lambda _: None
    )
    assert len(pieces) == (2 if watched else 1)


def test_memory_of_other_captures_changes_nothing():
    """A capture says the same whichever were read before it."""
    whole, _ = alone(JOB, FILES)
    apart = b"".join(alone(JOB, (file,))[0] for file in FILES)
    assert whole == apart
