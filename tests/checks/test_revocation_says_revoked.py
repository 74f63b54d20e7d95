"""The check `revocation-says-revoked`."""

from datetime import UTC, datetime

import pytest

from tests.checks.outcomes import finding, lacked, said, silent
from tests.evidence import observation, reference
from tests.looked_up import answered, blocked, looked_up, unfit
from tlsprobe.certs.ocsp import Authority, Revocation
from tlsprobe.certs.revocation import Unfit
from tlsprobe.model.finding import Leaning, Weight

HELD = reference()
REVOKED = {
    "status": Revocation.REVOKED, "revoked_at": datetime(2026, 11, 1, tzinfo=UTC),
    "reason": "keyCompromise",
}  # fmt: skip


def test_finding(look):
    """With the day and the reason, once for a certificate."""
    found = finding(
        look(looked_up("honest", answered(**REVOKED), answered("crl", **REVOKED)), HELD)
    )
    assert (found.leaning, found.weight) == (Leaning.FAULT, Weight.STRONG)
    assert found.summary == (
        "the certificate of CN=sync.cloud.example was revoked on 2026-11-01 (keyCompromise), says"
        " http://ocsp.example/"
    )


def test_an_intermediate(look):
    """Is revoked as well as a leaf, and takes more with it."""
    found = finding(look(looked_up("honest", answered(**REVOKED, of=1)), HELD))
    assert found.facts["certificate"] == observation("honest").chain[1].subject


@pytest.mark.parametrize(
    ("asked", "weight"),
    [
        (unfit(Unfit.OUT_OF_DATE, **REVOKED), Weight.STRONG),
        (unfit(Unfit.OUT_OF_DATE, **{**REVOKED, "reason": "certificateHold"}), Weight.HINT),
        (unfit(Unfit.WRONG_SIGNER, **REVOKED, authority=Authority.NOBODY), Weight.HINT),
        (answered(**REVOKED, authority=Authority.UNTOLD), Weight.HINT),
        (answered(**REVOKED, authority=Authority.DELEGATE), Weight.STRONG),
    ],
)
def test_whether_the_ca_says_so(asked, weight, look):
    """What is revoked stays so, unless it is on hold; but anybody may say it."""
    assert said(look(looked_up("honest", asked), HELD)) == (Leaning.FAULT, weight)


def test_silence(look):
    """Good, and not known."""
    assert silent(look(looked_up("honest", answered(), blocked(), unfit(Unfit.UNKNOWN)), HELD))


def test_not_applicable(look):
    """Nobody may have asked."""
    assert "--revocation" in lacked(look(observation("honest"), HELD))
