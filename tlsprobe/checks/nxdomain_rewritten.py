"""A resolver has an address for a name that does not exist."""

from collections.abc import Iterator

from tlsprobe.checks._registry import Need, check
from tlsprobe.model.finding import Finding, Ground, Leaning, Weight
from tlsprobe.model.observation import Observation
from tlsprobe.model.reference import Reference


@check(
    Need.NAMES,
    ground=Ground.ADDRESS,
    cites="ICANN SSAC, SAC 032 (2008); Chung et al., Tunneling for Transparency (2016)",
)
def nxdomain_rewritten(observation: Observation, reference: Reference) -> Iterator[Finding]:
    """A resolver answered with an address for a made-up name, of which it should know nothing.

    Providers sell such answers, portals give them to everybody who has not logged in yet, and filters
    have their block page there. Where the endpoint's own name leads to the same address, its answer
    is one of these, and whoever is there is not the endpoint.
    """
    names = observation.names
    if names is None:
        return
    for answer in names.resolvers:
        if not answer.invented:
            continue
        same = [one for one in answer.addresses if one in answer.invented]
        told = f"; it gives {same[0]} for this name, too" if same else ""
        yield Finding(
            leaning=Leaning.FAULT,
            weight=Weight.HINT,
            summary=f"{answer.resolver} answers with {answer.invented[0]} for"
            f" {names.invented_name}, a name that does not exist{told}",
            facts={
                "resolver": answer.resolver,
                "addresses": list(answer.invented),
                "same_as_this_name": same,
            },
        )
