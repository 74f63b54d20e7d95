"""The check `clock-is-slow`."""

from datetime import UTC, datetime

import pytest
from msgspec.structs import replace

from tests.checks.outcomes import finding, lacked, said, silent
from tests.evidence import CHAINS, captured, chain, observation, reference, unanswered
from tlsprobe.analysis import judged
from tlsprobe.handshake.summary import Stapled, StapleSource
from tlsprobe.model.finding import Leaning, Weight
from tlsprobe.model.verdict import Conclusion


def at(day):
    """Noon of a day."""
    return datetime.fromisoformat(day).replace(hour=12, tzinfo=UTC)


def stapled(name, taken, staple):
    """A chain with a stapled response."""
    seen = observation(name, taken=at(taken))
    body = (CHAINS / "staples" / f"{staple}.der").read_bytes()
    response = Stapled(index=0, source=StapleSource.CERTIFICATE_ENTRY, body=body)
    return replace(seen, handshake=replace(seen.handshake, ocsp_responses=(response,)))


@pytest.mark.parametrize(("taken", "days"), [("2026-09-29", "1 day"), ("2020-01-01", "2464 days")])
def test_finding(taken, days, look):
    """What a log promised on the first of October was not shown before."""
    result = look(observation("with-scts", taken=at(taken)), reference())
    assert said(result) == (Leaning.FAULT, Weight.STRONG)
    assert f"behind by {days} or more" in finding(result).summary
    assert finding(result).facts["signed"].startswith("2026-10-01")


@pytest.mark.parametrize("taken", ["2026-09-30", "2026-10-02", "2031-01-01"])
def test_silence(taken, look):
    """A clock may be wrong by some hours; and one that is ahead shows otherwise."""
    assert silent(look(observation("with-scts", taken=at(taken)), reference()))


def test_the_verdict_is_a_fault_of_this_machine():
    """A leaf that is "not valid yet" and was logged is the clock's fault."""
    report = judged(observation("with-scts", taken=at("2026-09-01")), reference())
    assert report.verdict.conclusion is Conclusion.FAULTY
    assert "this machine's clock is behind by 29 days" in report.verdict.summary


def test_a_staple(look):
    """So says a responder's answer, where the leaf's issuer signed it."""
    assert not silent(look(stapled("honest", "2026-10-02", "good"), reference()))
    forged = stapled("honest", "2026-10-02", "signed-by-the-interceptor")
    assert silent(look(forged, reference()))


@pytest.mark.parametrize("name", ["not-begun", "honest"])
def test_a_validity_alone(name, look):
    """That a leaf's time has not begun may be the CA's doing: see `outside-validity`."""
    assert silent(look(observation(name, taken=at("2026-09-01")), reference()))


def test_a_private_ca(look):
    """Whoever mints can write any time into his leafs."""
    presented = (chain("with-scts")[0], *chain("minted"))
    assert silent(look(observation(presented, taken=at("2020-01-01")), reference()))


def test_the_capture(look):
    """In a capture it is the clock of what took it."""
    result = look(captured("with-scts", taken=at("2026-09-01")), reference())
    assert finding(result).summary.startswith("the capture's clock is behind")


def test_a_capture_without_time(look):
    """Some formats keep no time, and so have no clock that could be behind."""
    assert silent(look(captured("with-scts", taken=datetime(1970, 1, 1, tzinfo=UTC)), reference()))


def test_not_applicable(look):
    """Without a chain nothing tells the time."""
    assert lacked(look(unanswered(), reference())) == "a certificate chain"
