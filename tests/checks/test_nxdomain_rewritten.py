"""The check `nxdomain-rewritten`."""

from tests.checks.outcomes import finding, lacked, said, silent
from tests.evidence import answered, reference, unanswered
from tlsprobe.model.finding import Leaning, Weight
from tlsprobe.model.names import NameAnswer


def rewriting(*addresses):
    """A resolver that makes up an address, and says this of the endpoint's name."""
    return NameAnswer(
        resolver="192.0.2.9:53", addresses=addresses, rcode="NOERROR", invented=("198.51.100.9",)
    )


def test_finding(look):
    """Who has an address for a name that nobody has makes it up."""
    result = look(answered(["93.184.215.14"], rewriting("93.184.215.14")), reference())
    assert said(result) == (Leaning.FAULT, Weight.HINT)
    assert finding(result).summary == (
        "192.0.2.9:53 answers with 198.51.100.9 for bcdfghjklmnpqrst.com, a name that does not exist"
    )
    assert finding(result).facts["same_as_this_name"] == []


def test_the_name_itself_is_made_up(look):
    """Where the endpoint's name leads to the same place, that is said."""
    result = look(answered(rewriting("198.51.100.9")), reference())
    assert "it gives 198.51.100.9 for this name, too" in finding(result).summary


def test_silence(look):
    """A resolver that does not know the name is as it should be."""
    assert silent(look(answered(["93.184.215.14"], ()), reference()))


def test_not_applicable(look):
    """It takes answers."""
    assert lacked(look(unanswered(), reference())) == "what each resolver says of the name"
