"""The check `public-roots-changed`."""

import pytest

from tests.checks.outcomes import finding, lacked, said, silent
from tests.evidence import observation, reference, store, unanswered
from tlsprobe.certs.trust import TrustStore
from tlsprobe.model.finding import Leaning, Weight

DOUBTED = store("public", doubt="cacert.pem was changed")


@pytest.mark.parametrize("name", ["honest", "minted"])
def test_finding(name, look):
    """A list of public roots that was changed is a fault of this machine's, whatever the chain."""
    result = look(observation(name), reference(public=DOUBTED))
    assert said(result) == (Leaning.FAULT, Weight.STRONG)
    assert "cacert.pem was changed" in finding(result).summary


def test_a_doubt_survives_other_stores(look):
    """The caller's own CAs beside it do not heal the list."""
    public = TrustStore.merge(store("machine"), DOUBTED)
    assert not silent(look(observation("honest"), reference(public=public)))


def test_silence(look):
    """A list as it was installed is relied on."""
    assert silent(look(observation("honest"), reference()))


def test_not_applicable(look):
    """Without a chain the roots do not matter."""
    assert lacked(look(unanswered(), reference(public=DOUBTED))) == "a certificate chain"
