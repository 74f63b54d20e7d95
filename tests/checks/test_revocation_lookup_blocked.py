"""The check `revocation-lookup-blocked`."""

import pytest

from tests.checks.outcomes import finding, lacked, said, silent
from tests.evidence import observation, reference, stapled, unanswered
from tests.looked_up import answered, blocked, looked_up, unfit
from tlsprobe.model.finding import Leaning, Weight
from tlsprobe.model.revocation import LookupKind, Outcome

HELD = reference()


def test_finding(look):
    """Where no address of a certificate answers, the report says which, what happened, and whom it hits."""
    seen = looked_up("honest", blocked(), blocked("crl", kind=LookupKind.CRL))
    found = finding(look(seen, HELD))
    assert (found.leaning, found.weight) == (Leaning.FAULT, Weight.STRONG)
    assert found.summary == (
        "whether CN=sync.cloud.example was revoked cannot be looked up: http://ocsp.example/:"
        " 192.0.2.9:80 did not answer; http://crl.example/: 192.0.2.9:80 did not answer"
    )
    assert found.breaks == "revocation-checking-clients"
    assert "CRYPT_E_REVOCATION_OFFLINE" in found.facts["refused_by"]
    assert "turning revocation checks off is none" in found.facts["remedy"]


def test_each_certificate_for_itself(look):
    """An intermediate that cannot be looked up fails a chain as well."""
    seen = looked_up("honest", answered(), blocked("crl", of=1, kind=LookupKind.CRL))
    found = finding(look(seen, HELD))
    assert found.weight is Weight.STRONG
    assert found.facts["certificate"] == observation("honest").chain[1].subject


def test_an_answer_of_no_use_beside_it_does_not_help(look):
    """Blocked is the cause that is named."""
    assert said(look(looked_up("honest", blocked(), unfit()), HELD)) == (
        Leaning.FAULT, Weight.STRONG
    )  # fmt: skip


def test_one_answer_is_enough_for_a_client(look):
    """It waits for the address that is blocked, and then has the other's answer."""
    found = finding(look(looked_up("honest", blocked(), answered("crl")), HELD))
    assert (found.weight, found.breaks) == (Weight.HINT, "")
    assert found.summary.startswith("one of the ways to look up CN=sync.cloud.example is blocked")


def test_an_issuers_certificate(look):
    """Only who needs it misses it."""
    seen = looked_up("honest", blocked(kind=LookupKind.ISSUER), answered())
    assert said(look(seen, HELD)) == (Leaning.FAULT, Weight.HINT)


def test_a_staple_spares_the_lookup(look):
    """Clients take a good answer that the server staples; one of nobody's they do not."""
    for staple, weight in (("good", Weight.HINT), ("signed-by-the-interceptor", Weight.STRONG)):
        seen = looked_up("honest", blocked(), leaf_extensions=stapled(staple))
        assert finding(look(seen, HELD)).weight is weight


@pytest.mark.parametrize(
    "asked",
    [
        (answered(),),
        (),
        (unfit(),),
        (blocked(outcome=Outcome.NOT_ASKED, failure=None),),
    ],
)
def test_silence(asked, look):
    """Whatever is answered, or was not asked, is not blocked."""
    assert silent(look(looked_up("honest", *asked), HELD))


def test_not_applicable(look):
    """Without a chain there is nothing to ask about, and nobody may have asked."""
    assert "a certificate chain" in lacked(look(unanswered(), HELD))
    assert "--revocation" in lacked(look(observation("honest"), HELD))
