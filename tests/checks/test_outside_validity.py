"""The check `outside-validity`."""

from datetime import UTC, datetime

import pytest

from tests.checks.outcomes import finding, lacked, said, silent
from tests.evidence import chain, observation, reference, unanswered
from tlsprobe.model.finding import Leaning, Weight


@pytest.mark.parametrize(
    ("name", "words"), [("expired", "has expired"), ("not-begun", "is not valid yet")]
)
def test_finding(name, words, look):
    """A leaf outside its validity is a fault: the server's, or this machine's clock's."""
    result = look(observation(name), reference())
    assert said(result) == (Leaning.FAULT, Weight.STRONG)
    assert words in finding(result).summary
    assert "clock" in finding(result).summary


def test_the_moment_of_the_handshake_counts(look):
    """What was valid when it was presented stays so, whenever it is judged."""
    early, late = datetime(2025, 2, 1, tzinfo=UTC), datetime(2029, 1, 1, tzinfo=UTC)
    assert silent(look(observation("expired", taken=early), reference()))
    assert not silent(look(observation("honest", taken=late), reference()))


def test_every_link_is_looked_at(look):
    """Each certificate of the path that has ended is told."""
    late = datetime(2035, 1, 1, tzinfo=UTC)
    result = look(observation("honest", taken=late), reference())
    assert [one.facts["subject"].partition(",")[0] for one in result.findings] == [
        "CN=sync.cloud.example", "CN=Example Public TLS CA 01",
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["honest", "cross-signed", "reissued-intermediate"])
def test_silence(name, look):
    """An expired cross-sign or former certificate beside a valid way up does no harm."""
    assert silent(look(observation(name), reference()))


def test_an_expired_member_that_nobody_needs(look):
    """Only the path counts, not what else was sent."""
    assert silent(look(observation((*chain("honest"), *chain("expired"))), reference()))


@pytest.mark.parametrize("name", ["cut-off", "no-certificate"])
def test_unreadable_dates(name, look):
    """A certificate without readable dates is not called expired."""
    assert silent(look(observation(name), reference()))


def test_not_applicable(look):
    """Without a chain nothing expires."""
    assert lacked(look(unanswered(), reference())) == "a certificate chain"
