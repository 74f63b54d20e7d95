"""The check `one-certificate-for-everybody`."""

import pytest
from msgspec.structs import replace

from fixtures.chains.cast import HOST
from tests.checks.outcomes import finding, lacked, said, silent
from tests.evidence import (
    REFUSED,
    by_another_hello,
    nowhere,
    observation,
    over_another_route,
    reference,
    unanswered,
    under_another_name,
)
from tlsprobe.analysis import judged
from tlsprobe.model.finding import Leaning, Weight
from tlsprobe.model.verdict import Conclusion

PORTAL = "wrong-name"
EVERYWHERE = (
    nowhere(PORTAL),
    under_another_name(PORTAL),
    under_another_name(PORTAL, None),
    by_another_hello(PORTAL),
)


def test_finding(look):
    """One leaf that is for none of the names, here and where nobody is: a portal, a block page."""
    result = look(observation(PORTAL), reference(controls=EVERYWHERE))
    assert said(result) == (Leaning.FAULT, Weight.STRONG)
    assert "one certificate of his own" in finding(result).summary


@pytest.mark.parametrize("host", [HOST, "20.190.160.1"])
def test_it_is_no_interception(host):
    """The connection is blocked, as by a portal that is known; nobody's certificate was made anew."""
    seen = observation(PORTAL, host=host)
    report = judged(seen, reference(), *EVERYWHERE)
    assert (report.verdict.conclusion, report.verdict.rule) == (
        Conclusion.BLOCKED,
        "captive-portal",
    )
    assert report.verdict.interceptor is None


def test_what_another_route_shows_is_no_matter(look):
    """A way round the portal does not make it another's."""
    controls = (*EVERYWHERE, over_another_route("honest"))
    assert said(look(observation(PORTAL), reference(controls=controls)))[1] is Weight.STRONG


@pytest.mark.parametrize("shown", ["minted", "honest"])
def test_a_leaf_for_the_host(shown, look):
    """Who shows a certificate for the name that was meant wants to be taken for it."""
    seen = observation(shown)
    assert silent(look(seen, reference(controls=[nowhere(shown)])))
    assert judged(seen, reference(), nowhere(shown)).verdict.conclusion.value in (
        "inspected",
        "terminated",
    )


def test_a_leaf_for_another_of_the_names(look):
    """Nor is it for nobody where it is for one of the names that were asked."""
    asked = replace(nowhere(PORTAL).target, sni="other.cloud.example")
    for name in observation(PORTAL).chain[0].dns_names:
        asked = replace(asked, sni=name)
    there = replace(nowhere(PORTAL), target=asked)
    assert silent(look(observation(PORTAL), reference(controls=[there])))


def test_another_leaf_for_another_name(look):
    """Where one name brings another leaf it is not one for everybody, and stays proof."""
    controls = (*EVERYWHERE, under_another_name("minted"))
    assert silent(look(observation(PORTAL), reference(controls=controls)))
    report = judged(observation(PORTAL), reference(), *controls)
    assert report.verdict.rule == "proof"


def test_silence(look):
    """Nobody answers where nobody is, or somebody else does."""
    for there in (nowhere(None, failure=REFUSED), nowhere("self-signed")):
        assert silent(look(observation(PORTAL), reference(controls=[there])))


def test_not_applicable(look):
    """It takes a chain, and a look at an address of nobody."""
    held = reference(controls=[nowhere(PORTAL)])
    assert lacked(look(unanswered(), held)) == "a certificate chain"
    assert lacked(look(observation(PORTAL), reference())) == "a look at an address that nobody has"
