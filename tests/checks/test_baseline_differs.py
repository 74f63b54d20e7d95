"""The check `baseline-differs`, and what it comes to beside the others."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from tests.checks.outcomes import finding, lacked, said, silent
from tests.checks.test_baseline_matches import renewed, self_made
from tests.evidence import (
    TAKEN,
    baseline,
    captured,
    expectation,
    key_of,
    observation,
    reference,
    unanswered,
)
from tlsprobe import checks, judge
from tlsprobe.model.finding import Leaning, Weight
from tlsprobe.model.reference import Issuance
from tlsprobe.model.verdict import Conclusion

OUTSIDE = "146.112.61.106"
BEFORE = baseline("honest")


def seen(presented, *, address=OUTSIDE, **arguments):
    """A session with a server at that address."""
    live = observation(presented, **arguments)
    return replace(live, target=replace(live.target, address=address))


def conclusion(looked, held):
    """What all checks come to."""
    return judge.decide(looked, held, checks.run(looked, held)).conclusion


def test_a_name_that_public_cas_serve(look):
    """Public at the clean place and private here: somebody re-signs."""
    held = reference(expectation(), controls=[BEFORE])
    result = look(seen("minted"), held)
    assert said(result) == (Leaning.INTERCEPTION, Weight.PROOF)
    assert "shows a public chain" in finding(result).summary
    assert said(look(seen("minted-without-its-root"), held))[1] is Weight.STRONG
    assert conclusion(seen("minted"), held) is Conclusion.INSPECTED


def test_a_name_of_which_nothing_is_known(look):
    """Its owner may have moved to a PKI of his own: strong, and no conviction alone."""
    held = reference(controls=[BEFORE])
    assert said(look(seen("minted"), held)) == (Leaning.INTERCEPTION, Weight.STRONG)
    assert conclusion(seen("minted"), held) is Conclusion.UNDECIDED


@pytest.mark.parametrize("store", [None, "machine"])
def test_an_inner_network_with_certificates_of_its_own(store, look):
    """The same name may be served otherwise at home: a hint, and nobody is convicted."""
    held = reference(controls=[BEFORE], machine=store)
    at_home = seen("minted", address="10.1.2.3")
    assert said(look(at_home, held)) == (Leaning.INTERCEPTION, Weight.HINT)
    assert conclusion(at_home, held) is Conclusion.UNDECIDED
    assert conclusion(seen("minted"), held) is Conclusion.UNDECIDED


def test_another_private_ca(look):
    """The clean place was shown a private chain, and another CA signs now."""
    before = baseline(self_made())
    result = look(seen("minted"), reference(controls=[before]))
    assert said(result) == (Leaning.INTERCEPTION, Weight.STRONG)


def test_an_appliance_that_was_reset(look):
    """It makes itself a new certificate, which signs itself: a hint."""
    result = look(seen(self_made()), reference(controls=[baseline("minted")]))
    assert said(result) == (Leaning.INTERCEPTION, Weight.HINT)


def test_what_owners_do(look):
    """A renewed leaf, another public CA, a CA that is known: nothing is said."""
    assert silent(look(seen("honest"), reference(controls=[baseline("cross-signed")])))
    assert silent(look(seen("honest"), reference(controls=[baseline("minted")])))
    assert silent(look(seen(renewed(key="server")), reference(controls=[baseline("minted")])))
    assert silent(look(seen("minted"), reference(controls=[BEFORE, baseline("minted")])))


def test_an_owner_whose_own_keys_are_known(look):
    """Where the reference knows the keys of the owner's own PKI, it knows better than a baseline."""
    own = expectation(issuance=Issuance.PRIVATE, ca_keys=frozenset((key_of("minted", 1),)))
    assert silent(look(seen("minted"), reference(own, machine="machine", controls=[BEFORE])))


def test_a_missing_intermediate(look):
    """The clean place was sent the intermediate, so the chain is whole: the server is at fault."""
    held = reference(expectation(), controls=[BEFORE])
    assert silent(look(seen("missing-intermediate"), held))
    assert conclusion(seen("missing-intermediate"), held) is Conclusion.FAULTY


def test_a_baseline_of_another_year(look):
    """What a name was served by years before or after is a hint."""
    for years in (-2, 2):
        other = replace(BEFORE, taken=TAKEN + years * timedelta(days=365))
        result = look(seen("minted"), reference(expectation(), controls=[other]))
        assert said(result) == (Leaning.INTERCEPTION, Weight.HINT)


def test_a_chain_that_loss_has_cut(look):
    """What is missing may have been sent."""
    cut = captured("minted-without-its-root", seen={"certificates_cut": True})
    result = look(cut, reference(expectation(), controls=[BEFORE]))
    assert said(result) == (Leaning.INTERCEPTION, Weight.HINT)


def test_not_applicable(look):
    """It takes a chain, and a baseline."""
    assert lacked(look(observation("minted"), reference())) == "a baseline of this endpoint"
    assert "a certificate chain" in lacked(look(unanswered(), reference(controls=[BEFORE])))
