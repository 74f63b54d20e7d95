"""A certificate of the chain was revoked, says its CA."""

from collections.abc import Iterator

from tlsprobe.certs.ocsp import Authority, Revocation
from tlsprobe.certs.revocation import Unfit
from tlsprobe.checks._registry import Need, check
from tlsprobe.model.finding import Finding, Ground, Leaning, Weight
from tlsprobe.model.observation import Observation
from tlsprobe.model.reference import Reference
from tlsprobe.model.revocation import Outcome, RevocationLookup


@check(
    Need.CHAIN,
    Need.REVOCATION,
    ground=Ground.REVOCATION,
    cites="RFC 6960 section 2.2; RFC 5280 section 5.3.1",
)
def revocation_says_revoked(observation: Observation, reference: Reference) -> Iterator[Finding]:
    """The OCSP responder or the list that a certificate names says that it was revoked.

    Clients that look refuse it. An answer beyond its time counts as well, since what is revoked stays
    so, but for a certificate that was put on hold. A hint where it is not seen that the CA says so.
    """
    seen = set[bytes]()
    for one in observation.revocation or ():
        if one.status is not Revocation.REVOKED or one.certificate.sha256 in seen:
            continue
        seen.add(one.certificate.sha256)
        when = "" if one.revoked_at is None else f" on {one.revoked_at:%Y-%m-%d}"
        why = "" if one.reason is None else f" ({one.reason})"
        yield Finding(
            leaning=Leaning.FAULT,
            weight=Weight.STRONG if _counts(one) else Weight.HINT,
            summary=f"the certificate of {one.certificate.subject} was revoked{when}{why}, says {one.url}",
            facts={
                "certificate": one.certificate.subject,
                "asked": one.url,
                "revoked": None if one.revoked_at is None else one.revoked_at.isoformat(),
                "reason": one.reason,
                "signed_by": None if one.authority is Authority.UNTOLD else one.authority.value,
            },
        )


def _counts(one: RevocationLookup) -> bool:
    stale = one.unfit is Unfit.OUT_OF_DATE and one.reason != "certificateHold"
    return one.signed and (one.outcome is Outcome.ANSWERED or stale)
