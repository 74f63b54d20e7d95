"""Names of owners who have nothing to do with each other lead to one address."""

from collections.abc import Iterator

from tlsprobe.checks._registry import Need, check
from tlsprobe.model.finding import Finding, Ground, Leaning, Weight
from tlsprobe.model.observation import Observation
from tlsprobe.model.reference import Reference, expectation_for


@check(
    Need.NAMES,
    Need.COMPANY,
    ground=Ground.ADDRESS,
    cites="Chung et al., Tunneling for Transparency (2016)",
)
def one_address_for_many_owners(
    observation: Observation, reference: Reference
) -> Iterator[Finding]:
    """In this run, names of unrelated owners were answered with the same address.

    A resolver that steers does that: to a box, a portal, or a block page. Content networks do as well,
    and so an address that everybody can reach counts only where it presented a chain, and no public CA
    signed it. It says where the way leads, and not what happens there: a hint.
    """
    expectation = expectation_for(reference, observation.target.host)
    if reference.company is None or expectation is None:
        return
    shared = reference.company.shared(observation, reference)
    if shared.steered_to is None:
        return
    whose = (expectation.house, *shared.steered)
    yield Finding(
        leaning=Leaning.INTERCEPTION,
        weight=Weight.HINT,
        summary=f"names of {' and '.join(whose)}, who have nothing to do with each other,"
        f" all lead to {shared.steered_to} in this run",
        facts={"address": shared.steered_to, "owners": list(whose)},
    )
