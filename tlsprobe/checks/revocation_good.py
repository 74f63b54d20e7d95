"""The leaf's public CA was asked about this very certificate, and vouches for it."""

from collections.abc import Iterator

from tlsprobe.certs.ocsp import Revocation
from tlsprobe.checks._registry import Need, check
from tlsprobe.model.finding import Finding, Ground, Leaning, Weight
from tlsprobe.model.observation import Observation
from tlsprobe.model.paths import public_path
from tlsprobe.model.reference import Reference
from tlsprobe.model.revocation import LookupKind, Outcome


@check(
    Need.CHAIN,
    Need.REVOCATION,
    ground=Ground.REVOCATION,
    cites="RFC 6960 section 2.2; CA/Browser Forum Baseline Requirements section 4.9.10",
)
def revocation_good(observation: Observation, reference: Reference) -> Iterator[Finding]:
    """A fresh OCSP answer, signed for the leaf's public CA, says that this serial number is good.

    A public CA may not say so of a number that it has not issued, so the certificate is in its books:
    strong. That a number is in no list of revoked ones says nothing of it: a hint. Of a CA that is not
    public neither means anything.
    """
    leaf = observation.chain[0]
    told = [one for one in observation.revocation or () if one.certificate == leaf]
    if public_path(observation, reference).anchor is None:
        return
    if any(one.status is Revocation.REVOKED for one in told):
        return
    for one in told:
        if one.status is not Revocation.GOOD or one.outcome is not Outcome.ANSWERED:
            continue
        if one.signed:
            asked = one.kind is LookupKind.OCSP
            yield Finding(
                leaning=Leaning.ORIGIN,
                weight=Weight.STRONG if asked else Weight.HINT,
                summary=f"{one.certificate.issuer} "
                + (
                    "knows the certificate, and vouches for it these days"
                    if asked
                    else "does not list the certificate among the revoked ones"
                ),
                facts={"asked": one.url, "signed_by": one.authority.value},
            )
