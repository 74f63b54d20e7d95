"""Something answers where revocation is looked up, but no client can use it."""

from collections.abc import Iterator

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
    for one in lookups:
        if one.outcome is not Outcome.UNFIT:
            continue
        asked = told.get(one.certificate, ())
        # Where another address is blocked, that is what the certificate fails by.
        alone = one in asked and all(each.outcome is Outcome.UNFIT for each in asked)
        alone = alone and not vouched_for(one.certificate, observation, reference)
        yield _finding(one, alone=alone)


def _finding(one: RevocationLookup, *, alone: bool) -> Finding:
    facts: dict[str, Fact] = {
        "asked": one.url,
        "certificate": one.certificate.subject,
        "why": None if one.unfit is None else one.unfit.value,
        "http": None if one.reply is None else one.reply.text,
        "signed_by": one.authority.value,
    }
    if alone:
        facts |= EFFECTS
    return Finding(
        leaning=Leaning.FAULT,
        weight=Weight.STRONG if alone else Weight.HINT,
        summary=f"what {one.url} answers about {one.certificate.subject} is of no use: {one.detail}",
        facts=facts,
        breaks=INSISTING if alone else "",
    )
