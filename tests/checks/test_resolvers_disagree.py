"""The check `resolvers-disagree`."""

import pytest

from tests.checks.outcomes import finding, lacked, said, silent
from tests.evidence import answered, reference, unanswered
from tlsprobe.model.finding import Leaning, Weight
from tlsprobe.model.names import NameAnswer

OUTSIDE, INSIDE = ["93.184.215.14"], ["10.0.0.4"]
DUMB = NameAnswer(resolver="192.0.2.9:53", failure="no answer within 5 s")
REFUSES = NameAnswer(resolver="192.0.2.9:53", rcode="REFUSED")


@pytest.mark.parametrize(
    ("answers", "words"),
    [
        (
            (OUTSIDE, INSIDE),
            "192.0.2.1:53 answers with public addresses; 192.0.2.2:53 answers with",
        ),
        ((OUTSIDE, ()), "192.0.2.2:53 answers with no address (NXDOMAIN)"),
        (((), INSIDE, DUMB), "addresses of no public network"),
    ],
)
def test_finding(answers, words, look):
    """Resolvers that give different kinds of answers are told, each with what it says."""
    result = look(answered(*answers), reference())
    assert said(result) == (Leaning.FAULT, Weight.HINT)
    assert words in finding(result).summary
    assert len(finding(result).facts["answers"]) == 2


@pytest.mark.parametrize(
    "answers",
    [
        (OUTSIDE, ["93.184.215.99", "2606:2800:21f::1"]),
        (INSIDE, ["192.168.1.1"]),
        ((), ()),
        (OUTSIDE, DUMB),
        (OUTSIDE, REFUSES),
        (OUTSIDE,),
        (),
    ],
    ids=["a content network", "one network", "nothing", "dumb", "refusal", "only one", "none"],
)
def test_silence(answers, look):
    """Other addresses of the same kind are honest, and who does not answer says nothing."""
    assert silent(look(answered(*answers), reference()))


def test_not_applicable(look):
    """It takes answers."""
    assert lacked(look(unanswered(), reference())) == "what each resolver says of the name"
