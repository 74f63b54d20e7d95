"""The check `outside-validity`."""

from datetime import UTC, date, datetime

import pytest
from msgspec.structs import replace

from tests.checks.outcomes import finding, lacked, said, silent
from tests.evidence import captured, chain, observation, reference, unanswered
from tlsprobe.certs.trust import KnownCA, TrustStore
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


def test_the_clock_that_may_be_wrong(look):
    """For a capture it is the clock of what took it, not this machine's."""
    assert "or this machine's clock" in finding(look(observation("expired"), reference())).summary
    assert "or the capture's clock" in finding(look(captured("expired"), reference())).summary


def test_a_capture_without_time(look):
    """Some formats keep no time: what is dated 1970 was not taken then, and nothing is its fault."""
    nowhen = captured("honest", taken=datetime(1970, 1, 1, tzinfo=UTC))
    result = look(nowhen, reference())
    assert {(one.leaning, one.weight) for one in result.findings} == {(Leaning.FAULT, Weight.HINT)}


def known_by_key(first, last):
    """A store that knows the chain's intermediate by its key and by the days that it had."""
    days = (date.fromisoformat(first), date.fromisoformat(last))
    key = chain("honest")[1].spki_sha256
    ca = KnownCA(spki_sha256=key, origin="a list", root=False, lifetime=days)
    return TrustStore(name="list", origin="a list", cas=(ca,))


def test_a_ca_whose_time_is_over(look):
    """A key that was public once signs for nobody later, whatever certificate is shown for it."""
    past = reference(public=known_by_key("2014-01-01", "2019-12-31"))
    result = look(observation("honest"), past)
    assert said(result) == (Leaning.FAULT, Weight.STRONG)
    assert "CN=Example Public TLS CA 01" in finding(result).summary
    assert "from 2014-01-01 to 2019-12-31" in finding(result).summary
    future = reference(public=known_by_key("2027-01-01", "2030-12-31"))
    assert not silent(look(observation("honest"), future))


def test_a_ca_in_its_time(look):
    """In its own time such a key is as good as any; who has no time noted has no end."""
    in_time = reference(public=known_by_key("2014-01-01", "2030-12-31"))
    assert silent(look(captured("honest"), in_time))
    (ca,) = known_by_key("2014-01-01", "2019-12-31").cas
    endless = TrustStore(name="list", origin="a list", cas=(replace(ca, lifetime=None),))
    assert silent(look(observation("honest"), reference(public=endless)))


def test_not_applicable(look):
    """Without a chain nothing expires."""
    assert lacked(look(unanswered(), reference())) == "a certificate chain"
