"""The check `hello-arrived-unchanged`."""

import pytest

from tests.canaries import OWN_KEY, hello, seen, terminated, unanswered, whole
from tests.checks.outcomes import lacked, out_of_place, said, silent
from tests.evidence import key_of, observation, reference
from tlsprobe.analysis import judged
from tlsprobe.model.finding import Leaning, Weight
from tlsprobe.model.verdict import Conclusion


@pytest.mark.parametrize(
    ("pins", "weight"),
    [([], Weight.STRONG), ([OWN_KEY], Weight.PROOF), ([key_of("minted")], Weight.STRONG)],
)
def test_finding(pins, weight, look):
    """One session from end to end speaks for the origin, and is proof under a pinned key."""
    assert said(look(seen(whole()), reference(pins=pins))) == (Leaning.ORIGIN, weight)


def test_a_private_canary_is_direct():
    """It makes an endpoint direct of which nothing else is known, whatever its certificate."""
    shown = whole(shown="self-signed", key=key_of("self-signed"))
    report = judged(seen(shown, "self-signed", host="other.example"), reference())
    assert report.verdict.conclusion is Conclusion.DIRECT
    assert "names like this one" in report.verdict.summary


@pytest.mark.parametrize(
    "made",
    [terminated(), terminated(shown="honest"), whole(hellos=(hello("chrome"),))],
    ids=["terminated", "front", "unclear"],
)
def test_silence(made, look):
    """Nothing is said where the session is another, or nobody can tell."""
    assert silent(look(seen(made), reference()))


def test_not_applicable(look):
    """It takes an answer of a canary."""
    assert lacked(look(seen(unanswered()), reference())) == "an answer of the canary at the far end"
    assert out_of_place(look(observation("honest"), reference()))
