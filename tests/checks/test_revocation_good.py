"""The check `revocation-good`."""

import pytest

from tests.checks.outcomes import finding, lacked, said, silent
from tests.evidence import observation, reference
from tests.looked_up import answered, blocked, looked_up, unfit
from tlsprobe.certs.ocsp import Authority, Revocation
from tlsprobe.model.finding import Leaning, Weight
from tlsprobe.model.revocation import LookupKind

HELD = reference()


@pytest.mark.parametrize("by", [Authority.ISSUER, Authority.DELEGATE])
def test_finding(by, look):
    """A public CA has this very certificate in its books."""
    found = finding(look(looked_up("honest", answered(authority=by)), HELD))
    assert (found.leaning, found.weight) == (Leaning.ORIGIN, Weight.STRONG)
    issuer = observation("honest").chain[0].issuer
    assert found.summary == f"{issuer} knows the certificate, and vouches for it these days"


def test_a_list(look):
    """That it is not among the revoked ones does not say that it was issued."""
    seen = looked_up("honest", answered("crl", kind=LookupKind.CRL))
    assert said(look(seen, HELD)) == (Leaning.ORIGIN, Weight.HINT)


@pytest.mark.parametrize(
    "asked",
    [
        answered(status=Revocation.REVOKED),
        answered(authority=Authority.UNTOLD),
        answered(of=1),
        unfit(),
        blocked(),
    ],
)
def test_silence(asked, look):
    """Any other answer vouches for nothing, nor does one about another certificate."""
    assert silent(look(looked_up("honest", asked), HELD))


def test_contradicted(look):
    """Where the other address says that it was revoked, nobody vouches."""
    seen = looked_up("honest", answered(), answered("crl", status=Revocation.REVOKED))
    assert silent(look(seen, HELD))


@pytest.mark.parametrize("name", ["minted", "copied-names"])
def test_a_ca_that_is_not_public(name, look):
    """Who mints may keep books as well."""
    assert silent(look(looked_up(name, answered()), HELD))


def test_not_applicable(look):
    """Nobody may have asked."""
    assert "--revocation" in lacked(look(observation("honest"), HELD))
