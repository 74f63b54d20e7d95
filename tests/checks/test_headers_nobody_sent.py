"""The check `headers-nobody-sent`."""

import pytest

from tests.canaries import ANSWER, HEADERS, VIA, seen, terminated, unanswered, whole
from tests.checks.outcomes import finding, lacked, out_of_place, said, silent
from tests.evidence import observation, reference
from tlsprobe.model.finding import Leaning, Weight


@pytest.mark.parametrize(
    ("arrived", "weight"),
    [
        ({"headers": (*HEADERS, VIA)}, Weight.PROOF),
        ({"answered": (*ANSWER, VIA)}, Weight.PROOF),
        ({"headers": HEADERS[:1]}, Weight.STRONG),
        ({"headers": (HEADERS[0], ("Accept", "*/*"))}, Weight.STRONG),
    ],
    ids=["request", "answer", "removed", "changed"],
)
def test_finding(arrived, weight, look):
    """What was written inside TLS is proof, on either way; what is gone or other is strong."""
    result = look(seen(terminated(**arrived), "minted"), reference())
    assert said(result) == (Leaning.INTERCEPTION, weight)


def test_it_is_named(look):
    """The header stands in the sentence, and all of them in the facts."""
    arrived = (*HEADERS, ("X-Forwarded-For", "10.0.0.5"), VIA)
    result = look(seen(terminated(headers=arrived, answered=(*ANSWER, VIA)), "minted"), reference())
    assert finding(result).summary == (
        "somebody writes inside TLS: the request arrived with x-forwarded-for: 10.0.0.5, which nobody"
        " sent, and 2 more headers are not as they were"
    )
    assert finding(result).facts["request"][1] == "added via: 1.1 box (squid)"
    assert len(finding(result).facts["answer"]) == 1


@pytest.mark.parametrize(
    ("arrived", "said_so"),
    [
        (
            {"answered": (*ANSWER, VIA)},
            "the answer came back with via: 1.1 box (squid), which nobody",
        ),
        ({"headers": HEADERS[:1]}, "the request arrived without accept: application/json"),
        ({"headers": (HEADERS[0], ("Accept", "*/*"))}, "with accept: */*, which was sent as app"),
        # What was added comes first, wherever it stands.
        ({"headers": HEADERS[:1], "answered": (*ANSWER, VIA)}, "the answer came back with via"),
    ],
)
def test_it_is_told(arrived, said_so, look):
    """The sentence tells what was done, on which way."""
    result = look(seen(terminated(**arrived), "minted"), reference())
    assert said_so in finding(result).summary


@pytest.mark.parametrize("made", [whole, lambda **more: terminated(shown="honest", **more)])
def test_not_the_path(made, look):
    """Behind an owner's front, and in a session that is whole, it is a hint."""
    result = look(seen(made(headers=(*HEADERS, VIA))), reference())
    assert said(result) == (Leaning.INTERCEPTION, Weight.HINT)


def test_silence(look):
    """Headers that arrive as they were sent say nothing."""
    assert silent(look(seen(terminated(), "minted"), reference()))
    assert silent(look(seen(whole()), reference()))


def test_not_applicable(look):
    """It takes an answer of a canary."""
    assert lacked(look(seen(unanswered()), reference())) == "an answer of the canary at the far end"
    assert out_of_place(look(observation("honest"), reference()))
