"""The check `name-answered-privately`."""

import pytest

from tests.checks.outcomes import finding, lacked, out_of_place, said, silent
from tests.evidence import answered, captured, expectation, observation, reference, unanswered
from tlsprobe.analysis import judged
from tlsprobe.model.finding import Leaning, Weight
from tlsprobe.model.names import NameAnswer
from tlsprobe.model.reference import Issuance
from tlsprobe.model.verdict import Conclusion

PUBLIC = "93.184.215.14"


def known(**fields):
    """A reference that knows whose public name it is."""
    return reference(expectation(**fields))


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        ("10.0.0.4", "private"),
        ("fd00::4", "private"),
        ("100.64.0.4", "carrier-grade NAT"),
        ("127.0.0.1", "loopback"),
        ("0.0.0.0", "unspecified"),
        ("192.0.2.7", "documentation"),
        ("198.18.0.9", "benchmarking"),
        ("240.0.0.1", "reserved"),
    ],
)
def test_finding(address, kind, look):
    """An address where no public endpoint can be is told with its kind, and who gave it."""
    result = look(answered([PUBLIC], [address]), known())
    assert said(result) == (Leaning.FAULT, Weight.HINT)
    assert f"192.0.2.2:53 answers for this name of Example with {address}" in (
        finding(result).summary
    )
    assert finding(result).facts["answers"] == [f"192.0.2.2:53: {address} ({kind})"]


def test_it_says_why_nothing_was_reached():
    """Where nobody could be reached, it stands among the reasons."""
    verdict = judged(answered(["10.0.0.4"]), known()).verdict
    assert verdict.conclusion is Conclusion.BLOCKED
    assert [result.check for result, _ in verdict.because] == ["name-answered-privately"]


def test_it_convicts_nobody_by_itself():
    """An endpoint that proves itself at a private address is the owner's."""
    before = judged(observation("honest"), known()).verdict.conclusion
    assert judged(answered(["10.0.0.4"], to=observation("honest")), known()).verdict.conclusion is (
        before
    )


def test_a_private_endpoint(look):
    """The alias of a private endpoint makes a private address honest."""
    link = "store.privatelink.blob.cloud.example"
    answer = NameAnswer(
        resolver="192.0.2.1:53", addresses=("10.0.0.4",), aliases=(link,), rcode="NOERROR"
    )
    result = look(answered(answer), known())
    assert said(result) == (Leaning.ORIGIN, Weight.HINT)
    assert finding(result).facts["private_link"] == link


def test_only_the_system_answers(look):
    """Where no resolver answers, what the machine makes of the name counts."""
    dumb = NameAnswer(resolver="192.0.2.1:53", failure="no answer within 5 s")
    result = look(answered(dumb, system=("10.0.0.4",)), known())
    assert "this machine answers" in finding(result).summary
    assert silent(look(answered(dumb, system=(PUBLIC,)), known()))


def test_silence(look):
    """Public addresses, one beside a private one among them, and no address are nothing of it."""
    for answers in ([[PUBLIC]], [[PUBLIC, "10.0.0.4"]], [()], [["2606:2800:21f::1"]]):
        assert silent(look(answered(*answers), known()))
    assert silent(look(answered([PUBLIC], system=("10.0.0.4",)), known()))


def test_not_applicable(look):
    """It takes the answers of resolvers, for a name that is known to be public."""
    assert lacked(look(unanswered(), known())) == "what each resolver says of the name"
    assert "public CAs sign" in lacked(look(answered(["10.0.0.4"]), reference()))
    private = known(issuance=Issuance.PRIVATE)
    assert "public CAs sign" in lacked(look(answered(["10.0.0.4"]), private))
    assert out_of_place(look(captured("honest"), known()))
