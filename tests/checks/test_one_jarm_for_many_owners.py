"""The check `one-jarm-for-many-owners`."""

from msgspec.structs import replace

from tests.checks.outcomes import finding, lacked, out_of_place, said, silent
from tests.evidence import captured, expectation, observation, reference, unanswered
from tlsprobe import judge
from tlsprobe.model.company import Company
from tlsprobe.model.finding import Leaning, Weight
from tlsprobe.model.jarm import NO_ANSWER
from tlsprobe.model.reference import Issuance
from tlsprobe.model.verdict import Conclusion

VALUE = "21d14d00021d21d00042d43d000000107066a9db8d16b0a001ff4969166ce7"


def stack(host, chain="minted", *, jarm=VALUE):
    """An endpoint that answers ten hellos in this way."""
    return replace(observation(chain, host=host), jarm=jarm)


def after(*observations, issuance=Issuance.PUBLIC):
    """A reference that knows two owners, after these endpoints."""
    held = reference(
        expectation("a.cloud.example", owner="Alpha", issuance=issuance),
        expectation("b.cloud.example", owner="Beta", issuance=issuance),
        company=Company(),
    )
    for one in observations:
        held.company.add(one, held)
    return held


def test_finding(look):
    """Two owners without a public chain and with one value are a hint."""
    result = look(stack("b.cloud.example"), after(stack("a.cloud.example")))
    assert said(result) == (Leaning.INTERCEPTION, Weight.HINT)
    assert finding(result).facts == {"owners": ["Beta", "Alpha"], "jarm": VALUE}


def test_it_decides_nothing(look):
    """Alone it leaves the verdict open."""
    seen, held = stack("b.cloud.example"), after(stack("a.cloud.example"))
    verdict = judge.decide(seen, held, (look(seen, held),))
    assert verdict.conclusion is Conclusion.UNDECIDED


def test_silence_for_other_values(look):
    """Another stack is nothing, and the value of nobody is not compared."""
    held = after(stack("a.cloud.example", jarm="2" * 62), stack("a.cloud.example", jarm=NO_ANSWER))
    assert silent(look(stack("b.cloud.example"), held))
    assert "JARM" in lacked(look(stack("b.cloud.example", jarm=NO_ANSWER), held))


def test_where_either_chain_is_public(look):
    """A content network serves everybody from one stack."""
    for first, second in (("honest", "minted"), ("minted", "honest"), ("honest",) * 2):
        held = after(stack("a.cloud.example", first))
        assert silent(look(stack("b.cloud.example", second), held))


def test_one_owner(look):
    """One owner's servers are alike."""
    assert silent(look(stack("a.cloud.example"), after(stack("a.cloud.example"))))


def test_who_showed_no_chain(look):
    """What others are shown there may be public."""
    mute = replace(unanswered(host="a.cloud.example"), jarm=VALUE)
    assert silent(look(stack("b.cloud.example"), after(mute)))


def test_not_applicable(look):
    """It takes the value, a name that public CAs serve, and other endpoints; captures have none."""
    held = after(stack("a.cloud.example"))
    assert "JARM" in lacked(look(observation("minted", host="b.cloud.example"), held))
    assert "public CAs" in lacked(look(stack("intranet.example"), held))
    private = after(stack("a.cloud.example"), issuance=Issuance.PRIVATE)
    assert "public CAs" in lacked(look(stack("b.cloud.example"), private))
    assert out_of_place(look(stack("b.cloud.example"), reference()))
    assert out_of_place(look(captured("minted", host="b.cloud.example"), held))
