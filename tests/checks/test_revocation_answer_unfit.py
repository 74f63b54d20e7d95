"""The check `revocation-answer-unfit`."""

import pytest

from tests.checks.outcomes import finding, lacked, said, silent
from tests.evidence import observation, reference, stapled
from tests.looked_up import answered, blocked, looked_up, unfit
from tlsprobe.certs.revocation import Unfit
from tlsprobe.model.finding import Leaning, Weight
from tlsprobe.model.http_reply import HttpReply

HELD = reference()


@pytest.mark.parametrize("why", Unfit)
def test_finding(why, look):
    """Where nothing better tells of the certificate, its clients fail as if nobody had answered."""
    page = HttpReply(status=200, reason="OK", title="Blocked")
    found = finding(look(looked_up("honest", unfit(why, reply=page)), HELD))
    assert (found.leaning, found.weight) == (Leaning.FAULT, Weight.STRONG)
    assert found.summary == (
        "what is answered about CN=sync.cloud.example is of no use: http://ocsp.example/: it ended"
    )
    assert found.facts["why"] == [why.value]
    assert found.facts["http"] == ['200 OK, a page titled "Blocked"']
    assert found.breaks == "revocation-checking-clients"


def test_a_hint_where_more_is_known(look):
    """Another address answers, or is blocked and so the cause, or the server staples an answer."""
    for seen in (
        looked_up("honest", unfit(), answered("crl")),
        looked_up("honest", unfit(), blocked("crl")),
        looked_up("honest", unfit(), leaf_extensions=stapled("good")),
    ):
        assert said(look(seen, HELD)) == (Leaning.FAULT, Weight.HINT)


def test_one_finding_for_a_certificate(look):
    """However many addresses bring nothing."""
    result = look(looked_up("honest", unfit(), unfit(url="http://b/"), answered(of=1)), HELD)
    assert finding(result).facts["asked"] == ["http://ocsp.example/", "http://b/"]


def test_silence(look):
    """A good answer, and none at all, are no matter of this check."""
    assert silent(look(looked_up("honest", answered(), blocked("crl")), HELD))


def test_not_applicable(look):
    """Nobody may have asked."""
    assert "--revocation" in lacked(look(observation("honest"), HELD))
