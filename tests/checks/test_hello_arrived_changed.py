"""The check `hello-arrived-changed`."""

import pytest

from tests.canaries import OWN_KEY, hello, seen, terminated, unanswered, whole
from tests.checks.outcomes import finding, lacked, out_of_place, said, silent
from tests.evidence import captured, chain, observation, reference
from tlsprobe.model.finding import Leaning, Weight
from tlsprobe.model.hello_differences import ja4_of


def test_finding(look):
    """Another hello is proof, and its fingerprint beside ours says who speaks."""
    result = look(seen(terminated(), "minted"), reference())
    assert said(result) == (Leaning.INTERCEPTION, Weight.PROOF)
    assert ja4_of(hello("chrome")) in finding(result).summary
    assert ja4_of(hello()) in finding(result).summary
    assert "random" not in finding(result).facts["differ"]  # both are drawn alike in tests
    assert finding(result).minted is None


def test_what_was_shown(look):
    """A leaf that only the canary's own handshake was shown is told as minted."""
    result = look(seen(terminated(), "honest"), reference())
    assert finding(result).minted == chain("minted")[0]


def test_a_hello_that_is_repeated(look):
    """Who repeats the hello to the letter is found by his session."""
    result = look(seen(terminated(hellos=(hello(),)), "minted"), reference())
    assert said(result) == (Leaning.INTERCEPTION, Weight.PROOF)
    assert "repeats" in finding(result).summary


def test_a_hello_of_the_same_kind(look):
    """A hello that differs where no fingerprint looks is another one as well."""
    other = hello()[:10] + b"x" + hello()[11:]
    result = look(seen(terminated(hellos=(other,)), "minted"), reference())
    assert "one like it" in finding(result).summary


@pytest.mark.parametrize("pins", [[], [OWN_KEY]])
def test_a_front_of_the_owner(pins, look):
    """Who holds the canary's key is its owner's front, and no sign of anybody on the path."""
    result = look(seen(terminated(shown="honest")), reference(pins=pins))
    assert said(result) == (Leaning.FAULT, Weight.STRONG)


@pytest.mark.parametrize(
    "made", [whole(), whole(hellos=(hello("chrome"),))], ids=["same", "unclear"]
)
def test_silence(made, look):
    """Nothing is said where the session is the same, or the canary contradicts itself."""
    assert silent(look(seen(made), reference()))


def test_not_applicable(look):
    """It takes an answer; where nobody runs a canary, nobody needs to be told."""
    assert lacked(look(seen(unanswered()), reference())) == "an answer of the canary at the far end"
    assert out_of_place(look(observation("honest"), reference()))
    assert out_of_place(look(captured("honest"), reference()))
