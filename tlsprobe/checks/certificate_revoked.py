"""The leaf has been revoked, and its server says so itself."""

from collections.abc import Iterator

from tlsprobe.certs.ocsp import Authority, Revocation
from tlsprobe.checks._registry import Need, check
from tlsprobe.model.finding import Finding, Ground, Leaning, Weight
from tlsprobe.model.observation import Observation
from tlsprobe.model.reference import Reference
from tlsprobe.model.staple import staple


@check(Need.CHAIN, ground=Ground.REVOCATION, cites="RFC 6960 section 2.2")
def certificate_revoked(observation: Observation, reference: Reference) -> Iterator[Finding]:
    """The stapled response says that the leaf is revoked: clients that look refuse it.

    A hint where it is not seen that the leaf's CA, or a responder of its, says so.
    """
    found = staple(observation, reference)
    if found is None or found.answer is None or found.answer.status is not Revocation.REVOKED:
        return
    signed = found.authority in (Authority.ISSUER, Authority.DELEGATE) and found.about is True
    when = found.answer.revoked_at
    yield Finding(
        leaning=Leaning.FAULT,
        weight=Weight.STRONG if signed else Weight.HINT,
        summary=f"the certificate of {observation.chain[0].subject} was revoked"
        + (f" on {when:%Y-%m-%d}" if when else "")
        + ", says the response that the server staples",
        facts={"responder": found.response.responder,
               "revoked": when.isoformat() if when else None, "signed_by": found.authority.value},
    )  # fmt: skip
