"""The check `baseline-matches`."""

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from msgspec.structs import replace

from fixtures.chains.authority import Issuer, ec_key, leaf
from fixtures.chains.cast import HOST, MINTER, SERVER_NAME
from tests.checks.outcomes import finding, lacked, said, silent
from tests.evidence import baseline, chain, observation, reference, unanswered
from tlsprobe import checks, judge
from tlsprobe.certs.certificate import parse
from tlsprobe.model.finding import Leaning, Weight
from tlsprobe.model.observation import SourceKind
from tlsprobe.model.verdict import Conclusion


def held(*before):
    """A reference that knows what a clean place saw."""
    return reference(controls=before)


def renewed(*, key="minted server", above=True):
    """Another leaf of the private CA of the fixtures, with that CA behind it or not."""
    made = leaf(HOST, ec_key(key), MINTER, note="renewed")
    return (parse(made.public_bytes(Encoding.DER)), *(chain("minted")[1:] if above else ()))


def self_made():
    """A certificate that signs itself, as appliances make it."""
    own = Issuer(subject=SERVER_NAME, key=ec_key("malformed"))
    return (parse(leaf(HOST, own.key, own).public_bytes(Encoding.DER)),)


def test_the_leafs_key(look):
    """Nobody but the owner has the key that a clean place was shown, whoever signs for it."""
    result = look(observation("minted"), held(baseline("minted")))
    assert said(result) == (Leaning.ORIGIN, Weight.STRONG)
    assert "leaf's key" in finding(result).summary
    assert (
        said(look(observation("self-signed"), held(baseline("self-signed"))))[0] is Leaning.ORIGIN
    )


@pytest.mark.parametrize("above", [True, False], ids=["CA sent", "CA not sent"])
def test_the_same_private_ca(above, look):
    """A renewed leaf under the CA of before, whether that CA is sent again or not."""
    seen = observation(renewed(key="server", above=above))
    result = look(seen, held(baseline("minted")))
    assert said(result) == (Leaning.ORIGIN, Weight.STRONG)
    assert "a CA key of the baseline of 2026-11-23 signed the chain" in finding(result).summary


def test_a_private_pki_of_which_nothing_else_is_known():
    """What is undecided without a baseline is direct where a clean place was shown the same."""
    seen = observation(renewed(key="server"))
    for reference_held, conclusion in (
        (reference(), Conclusion.UNDECIDED),
        (held(baseline("minted")), Conclusion.DIRECT),
    ):
        results = checks.run(seen, reference_held)
        assert judge.decide(seen, reference_held, results).conclusion is conclusion


def test_a_ca_that_is_merely_sent_along(look):
    """Anybody can send the owner's CA: it counts only where its key signed."""
    theirs = chain("minted")
    own = (*self_made(), *theirs[1:])
    assert silent(look(observation(own), held(baseline("minted"))))


def test_another_chain(look):
    """Where neither key is known, this check is silent."""
    assert silent(look(observation("minted"), held(baseline("honest"))))


def test_one_of_several(look):
    """An endpoint may have shown several leafs: one that matches is enough."""
    assert not silent(look(observation("minted"), held(baseline("honest"), baseline("minted"))))


def test_not_applicable(look):
    """It takes a chain here and one in the baseline; another look of now is no baseline."""
    what = "a baseline of this endpoint"
    assert lacked(look(observation("honest"), reference())) == what
    assert lacked(look(observation("honest"), held(observation("honest")))) == what
    failed = replace(unanswered(), source=SourceKind.BASELINE)
    assert lacked(look(observation("honest"), held(failed))) == what
    assert "a certificate chain" in lacked(look(unanswered(), held(baseline("honest"))))
