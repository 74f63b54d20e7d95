"""Servers of owners who have nothing to do with each other answer in the very same way."""

from collections.abc import Iterator

from tlsprobe.checks._registry import Need, check
from tlsprobe.model.finding import Finding, Ground, Leaning, Weight
from tlsprobe.model.observation import Observation
from tlsprobe.model.reference import Reference, expectation_for


@check(
    Need.PACKETS,
    Need.COMPANY,
    ground=Ground.COMPARISON,
    cites="github.com/salesforce/jarm",
)
def one_behaviour_for_many_owners(
    observation: Observation, reference: Reference
) -> Iterator[Finding]:
    """In this run, servers of unrelated owners answered alike, down to the distance of their packets.

    Alike are version, suite, group, JA3S, the sizes of the sealed records that hold no certificate,
    and the TTL. A box that ends the TLS for all of them is alike to itself; but so is a content
    network that serves them all: a hint. Where a public certificate was seen, there is no need to
    guess. It needs no keys, so that TLS 1.3 without a key log shows it too.
    """
    company = reference.company
    expectation = expectation_for(reference, observation.target.host)
    if company is None or expectation is None:
        return
    others = company.shared(observation, reference).behaviour
    if others:
        whose = (expectation.owner, *others)
        yield Finding(
            leaning=Leaning.INTERCEPTION,
            weight=Weight.HINT,
            summary=f"servers of {' and '.join(whose)}, who have nothing to do with each other,"
            " answered in the very same way in this run",
            facts={"owners": list(whose), "ja3s": observation.fingerprints.ja3s},
        )
