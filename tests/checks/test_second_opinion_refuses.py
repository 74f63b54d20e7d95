"""The check `second-opinion-refuses`."""

import pytest
from msgspec.structs import replace

from tests.checks.outcomes import finding, lacked, said, silent
from tests.evidence import chain, observation, reference, second_opinion, store_of, unanswered
from tlsprobe.model.finding import Leaning, Weight


def opinions(name, **arguments):
    """A probe, and a reference with OpenSSL's opinion of the same chain."""
    public = arguments.pop("public", "public")
    return observation(name), reference(controls=[second_opinion(name)], public=public)


def test_finding(look):
    """A chain that is public by key, but breaks another rule, must not pass for the owner's."""
    result = look(*opinions("path-too-long"))
    assert said(result) == (Leaning.FAULT, Weight.STRONG)
    assert "path length" in finding(result).facts["error"]


@pytest.mark.parametrize("name", ["honest", "honest-with-root", "doubled", "extra-member"])
def test_silence(name, look):
    """What OpenSSL accepts is not refused."""
    assert silent(look(*opinions(name)))


@pytest.mark.parametrize("name", ["minted", "copied-names", "expired", "not-begun"])
def test_left_to_others(name, look):
    """A refusal for the issuer or the time is told by the checks of these."""
    seen, held = opinions(name)
    assert held.controls[0].opinion.public_error is not None
    assert silent(look(seen, held))


def test_a_missing_intermediate_is_left_to_others(look):
    """That OpenSSL cannot complete a chain is told by the check of what is missing."""
    seen, held = opinions("missing-intermediate", public="public-with-intermediates")
    assert held.controls[0].opinion.public_error is not None
    assert silent(look(seen, held))


def test_a_key_that_openssl_does_not_take_for_an_anchor(look):
    """An intermediate that is vouched for without its root is no fault of the server's."""
    seen = second_opinion("honest")
    seen = replace(seen, opinion=replace(seen.opinion, public_error="unable to get issuer"))
    only_intermediate = store_of(chain("honest")[1:])
    held = reference(public=only_intermediate, controls=[seen])
    assert silent(look(observation("honest"), held))


def test_not_applicable(look):
    """It takes a chain, and the opinion of a TLS library."""
    held = reference(controls=[second_opinion("honest")])
    assert lacked(look(unanswered(), held)) == "a certificate chain"
    opinion = "a second opinion by a TLS library"
    assert lacked(look(observation("honest"), reference())) == opinion
    held = reference(controls=[observation("honest")])
    assert lacked(look(observation("honest"), held)) == opinion
