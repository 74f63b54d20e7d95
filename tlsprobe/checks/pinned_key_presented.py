"""A pinned key stands in the verified chain: the best that a caller can bring for the origin."""

from collections.abc import Iterator

from tlsprobe.certs.pins import spki_pin
from tlsprobe.checks._registry import Need, check
from tlsprobe.model.finding import Finding, Ground, Leaning, Weight
from tlsprobe.model.observation import Observation
from tlsprobe.model.paths import verified_keys
from tlsprobe.model.reference import Reference, pins_for


@check(Need.CHAIN, Need.PINS, ground=Ground.PIN, cites="RFC 7469 section 2.6")
def pinned_key_presented(observation: Observation, reference: Reference) -> Iterator[Finding]:
    """A pinned key is the leaf's, or verifies the chain.

    A certificate that is merely sent along does not count: anybody can send the owner's.
    """
    pins = pins_for(reference, observation.target.host, observation.taken)
    matched = [key for key in verified_keys(observation, reference) if key in pins]
    if matched:
        yield Finding(
            leaning=Leaning.ORIGIN,
            weight=Weight.PROOF,
            summary="a pinned key stands in the verified chain",
            facts={"matched": [spki_pin(key) for key in matched]},
        )
