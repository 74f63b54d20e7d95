"""The owner's own CA key: what the reference expects stands in the chain."""

from collections.abc import Iterator

from tlsprobe.certs.pins import spki_pin
from tlsprobe.checks._registry import Need, check
from tlsprobe.model.finding import Finding, Ground, Leaning, Weight
from tlsprobe.model.observation import Observation
from tlsprobe.model.paths import owners_keys
from tlsprobe.model.reference import Reference, expectation_for


@check(Need.CHAIN, Need.OWNERS_KEYS, ground=Ground.ISSUER, cites="RFC 5280 section 6.1")
def issuer_is_the_owners(observation: Observation, reference: Reference) -> Iterator[Finding]:
    """A CA key that the owner is known to use signed the chain, be that CA public or his own."""
    expectation = expectation_for(reference, observation.target.host)
    expected = owners_keys(observation, reference)
    if expectation is not None and expected:
        yield Finding(
            leaning=Leaning.ORIGIN,
            weight=Weight.STRONG,
            summary=f"a CA key that {expectation.owner} is known to use signed the chain",
            facts={"keys": [spki_pin(key) for key in expected],
                   "as_of": expectation.known_since.isoformat(),
                   "origin": expectation.keys_origin or expectation.origin},
        )  # fmt: skip
