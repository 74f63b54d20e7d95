"""The check `other-route-sees-other-chain`."""

import dataclasses

import pytest
from msgspec.structs import replace

from tests.checks.outcomes import finding, lacked, said, silent
from tests.evidence import (
    by_another_hello,
    chain,
    expectation,
    observation,
    over_another_route,
    reference,
    store_of,
    unanswered,
)
from tlsprobe.analysis import judged
from tlsprobe.model.finding import Leaning, Weight
from tlsprobe.model.verdict import Conclusion

PROXY = "http://proxy.example:3128"


def test_finding(look):
    """The way that is judged is the private one: whoever is on it signs anew."""
    result = look(observation("minted"), reference(controls=[over_another_route("honest")]))
    assert said(result) == (Leaning.INTERCEPTION, Weight.PROOF)
    found = finding(result)
    assert found.minted == chain("minted")[0]
    assert found.facts["private_via"] == "direct"
    assert found.facts["public_via"] == PROXY
    assert f"asked through {PROXY} a public one" in found.summary


def test_the_other_way_is_the_private_one(look):
    """That convicts nobody on this way: what is said of the endpoint stays."""
    control = over_another_route("minted")
    result = look(observation("honest"), reference(controls=[control]))
    assert said(result) == (Leaning.ORIGIN, Weight.HINT)
    assert finding(result).minted is None
    assert finding(result).facts["private_via"] == PROXY
    held = reference(expectation())
    report = judged(observation("honest"), held, control)
    assert report.verdict == dataclasses.replace(
        judged(observation("honest"), held).verdict,
        against=report.verdict.against,
        because=report.verdict.because,
        not_looked_at=report.verdict.not_looked_at,
    )
    assert report.verdict.conclusion is not Conclusion.INSPECTED


def test_a_private_chain_that_is_not_whole(look):
    """Without its upper end a private chain may be a public one, badly served."""
    seen, control = observation("minted-without-its-root"), over_another_route("honest")
    assert said(look(seen, reference(controls=[control])))[1] is Weight.STRONG


def test_several_nodes(look):
    """Where this way shows both to one hello, it is a matter of nodes, and not of the way."""
    again = replace(by_another_hello("honest"), profile=observation("minted").profile)
    held = reference(controls=[over_another_route("honest"), again])
    assert silent(look(observation("minted"), held))


@pytest.mark.parametrize("theirs", ["honest", "with-scts", None])
def test_silence(theirs, look):
    """One key, two public leafs, or no answer that way."""
    held = reference(controls=[over_another_route(theirs)])
    assert silent(look(observation("honest"), held))


def test_two_private_chains(look):
    """Where neither is public, nobody can say which is the owner's."""
    held = reference(public=store_of(()), controls=[over_another_route("honest")])
    assert silent(look(observation("minted"), held))


def test_not_applicable(look):
    """It takes a chain, and another route."""
    held = reference(controls=[over_another_route("honest")])
    assert lacked(look(unanswered(), held)) == "a certificate chain"
    assert lacked(look(observation("honest"), reference())).startswith(
        "the same endpoint over another route"
    )
