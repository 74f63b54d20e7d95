"""The check `address-family-broken`."""

from msgspec.structs import replace

from tests.checks.outcomes import finding, said, silent
from tests.evidence import REFUSED, observation, reference, unanswered
from tlsprobe.model.finding import Leaning, Weight
from tlsprobe.model.observation import Slower, Unreached

V4, V4_TOO, V6, V6_TOO = "192.0.2.1", "192.0.2.2", "2001:db8::1", "2001:db8::2"


def beside(*addresses, instead=V4, to=None):
    """An observation, and addresses that were tried in vain beside the one that stood."""
    seen = observation("honest") if to is None else to
    return replace(seen, unreached=tuple(Unreached(one, REFUSED, instead) for one in addresses))


def test_finding(look):
    """IPv6 that comes to nothing while IPv4 stands is broken, and the other way round."""
    result = look(beside(V6), reference())
    assert said(result) == (Leaning.FAULT, Weight.HINT)
    assert finding(result).summary.startswith("IPv6 to this endpoint is broken, while IPv4 is fine")
    assert finding(result).facts == {"stands": V4, "broken": [V6], "failure": "refused"}
    result = look(beside(V4, V4_TOO, instead=V6), reference())
    assert finding(result).summary.startswith("IPv4 to this endpoint is broken")


def test_silence(look):
    """Where nothing was tried in vain, another of the same family was, or none stood, it is silent."""
    assert silent(look(beside(), reference()))
    assert silent(look(beside(V4_TOO), reference()))
    assert silent(look(beside(V6, V4_TOO), reference()))
    assert silent(look(beside(V6, instead=None, to=unanswered()), reference()))


def test_one_of_the_family_that_stands_later(look):
    """Where another address of the family stood, if later, the family is not broken."""
    later = replace(beside(V6), slower=(Slower(V6_TOO, 400.0, V4, 20.0),))
    assert silent(look(later, reference()))
    other = replace(beside(V6), slower=(Slower(V4_TOO, 400.0, V4, 20.0),))
    assert said(look(other, reference())) == (Leaning.FAULT, Weight.HINT)
