"""The leaf's public CA vouches for it, these days."""

from collections.abc import Iterator

from tlsprobe.certs.ocsp import Authority, Revocation, SingleResponse
from tlsprobe.checks._registry import Need, check
from tlsprobe.model.finding import Finding, Ground, Leaning, Weight
from tlsprobe.model.observation import Observation
from tlsprobe.model.paths import public_path
from tlsprobe.model.reference import Reference
from tlsprobe.model.staple import staple


@check(Need.CHAIN, ground=Ground.REVOCATION, cites="RFC 6960 section 4.2.2")
def staple_good(observation: Observation, reference: Reference) -> Iterator[Finding]:
    """The stapled response is of these days, about this leaf, and signed for its public CA: it is good.

    It says no more than that CA's signature under the leaf does, but says it now.
    """
    found = staple(observation, reference)
    if found is None or found.answer is None or found.about is not True:
        return
    path = public_path(observation, reference)
    signed = found.authority in (Authority.ISSUER, Authority.DELEGATE)
    if path.anchor is None or not signed or found.answer.status is not Revocation.GOOD:
        return
    if _fresh(found.answer, observation):
        yield Finding(
            leaning=Leaning.ORIGIN,
            weight=Weight.HINT,
            summary=f"{observation.chain[0].issuer} vouches for the certificate these days",
            facts={"responder": found.response.responder, "signed_by": found.authority.value},
        )


def _fresh(answer: SingleResponse, observation: Observation) -> bool:
    begin, end = answer.this_update, answer.next_update
    return (
        begin is not None
        and begin <= observation.taken
        and (end is None or observation.taken <= end)
    )
