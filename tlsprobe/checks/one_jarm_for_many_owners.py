"""Servers of owners who have nothing to do with each other have one JARM, and none a public chain."""

from collections.abc import Iterator

from tlsprobe.checks._registry import Need, check
from tlsprobe.model.finding import Finding, Ground, Leaning, Weight
from tlsprobe.model.observation import Observation
from tlsprobe.model.reference import Reference, expectation_for


@check(
    Need.JARM,
    Need.PUBLIC_NAME,
    Need.COMPANY,
    ground=Ground.COMPARISON,
    cites="github.com/salesforce/jarm",
)
def one_jarm_for_many_owners(observation: Observation, reference: Reference) -> Iterator[Finding]:
    """In this run, names of unrelated owners came with no public chain, and with the same JARM.

    A box that ends TLS for all of them answers with its own stack. Equal software with equal settings
    does so too, whoever runs it: a hint, and nothing where either chain is public.
    """
    company = reference.company
    expectation = expectation_for(reference, observation.target.host)
    if company is None or expectation is None:
        return
    others = company.shared(observation, reference).jarm
    if others:
        whose = (expectation.owner, *others)
        yield Finding(
            leaning=Leaning.INTERCEPTION,
            weight=Weight.HINT,
            summary=f"servers of {' and '.join(whose)}, who have nothing to do with each other,"
            " have the same JARM in this run, and none a public chain",
            facts={"owners": list(whose), "jarm": observation.jarm},
        )
