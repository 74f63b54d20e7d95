"""The check `other-hello-failed`."""

from msgspec.structs import replace

from tests.checks.outcomes import finding, lacked, said, silent
from tests.evidence import RESET, observation, reference, second_opinion, unanswered
from tlsprobe.model.finding import Leaning, Weight


def test_finding(look):
    """One hello answered and the other reset is a hint that says which and how."""
    died = replace(unanswered(RESET), profile="chrome")
    result = look(observation("honest"), reference(controls=[died]))
    assert said(result) == (Leaning.INTERCEPTION, Weight.HINT)
    assert finding(result).facts == {"answered": "probe", "failed": "chrome", "failure": "reset"}


def test_each_that_failed(look):
    """Of several other hellos each that failed is told."""
    controls = [unanswered(), second_opinion("honest"), unanswered()]
    assert len(look(observation("honest"), reference(controls=controls)).findings) == 2


def test_silence(look):
    """An answer is none to complain of, also where it was cut off after the chain."""
    cut = observation("honest", failure=RESET)
    for control in (second_opinion("honest"), cut, unanswered(None)):
        assert silent(look(observation("honest"), reference(controls=[control])))


def test_not_applicable(look):
    """It takes an answer, and another look."""
    assert lacked(look(unanswered(), reference(controls=[unanswered()]))) == "a certificate chain"
    assert lacked(look(observation("honest"), reference())) == "another look at the same endpoint"
