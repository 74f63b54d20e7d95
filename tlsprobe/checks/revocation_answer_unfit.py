"""Something answers where revocation is looked up, but no client can use it."""

from collections.abc import Iterator

from tlsprobe.certs.certificate import Certificate
from tlsprobe.certs.ocsp import Authority
from tlsprobe.checks._registry import Need, check
from tlsprobe.model.finding import Fact, Finding, Ground, Leaning, Weight
from tlsprobe.model.observation import Observation
from tlsprobe.model.reference import Reference
from tlsprobe.model.revocation import Outcome, RevocationLookup, without_answer
from tlsprobe.model.revocation_effects import EFFECTS, INSISTING
from tlsprobe.model.staple import vouched_for


@check(
    Need.CHAIN,
    Need.REVOCATION,
    ground=Ground.REVOCATION,
    cites="RFC 6960 section 3.2; RFC 5280 section 6.3.3",
)
def revocation_answer_unfit(observation: Observation, reference: Reference) -> Iterator[Finding]:
    """A lookup brings a page, or an answer that is stale, for another certificate or not the CA's.

    A page is a proxy's or a portal's; a stale list is its CA's fault, or that of a cache, or this
    machine's clock's. Clients do as if nobody had answered. Strong where nothing else tells of the
    certificate, else a hint.
    """
    lookups = observation.revocation or ()
    told = without_answer(lookups)
    unfit: dict[Certificate, list[RevocationLookup]] = {}
    for one in lookups:
        if one.outcome is Outcome.UNFIT:
            unfit.setdefault(one.certificate, []).append(one)
    for certificate, found in unfit.items():
        # Where another address is blocked, that is what the certificate fails by.
        alone = all(one.outcome is Outcome.UNFIT for one in told.get(certificate, lookups))
        alone = alone and not vouched_for(certificate, observation, reference)
        yield _finding(certificate, found, alone=alone)


def _finding(certificate: Certificate, unfit: list[RevocationLookup], *, alone: bool) -> Finding:
    """What is said of a certificate; `alone` where nothing better tells of it."""
    signers = [one.authority.value for one in unfit if one.authority is not Authority.UNTOLD]
    facts: dict[str, Fact] = {
        "certificate": certificate.subject,
        "asked": [one.url for one in unfit],
        "why": [one.unfit.value for one in unfit if one.unfit is not None],
        "http": [one.reply.text for one in unfit if one.reply is not None],
        "signed_by": list(signers) or None,
    }
    if alone:
        facts |= EFFECTS
    answers = "; ".join(f"{one.url}: {one.detail}" for one in unfit)
    return Finding(
        leaning=Leaning.FAULT,
        weight=Weight.STRONG if alone else Weight.HINT,
        summary=f"what is answered about {certificate.subject} is of no use: {answers}",
        facts=facts,
        breaks=INSISTING if alone else "",
    )
