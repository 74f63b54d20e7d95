"""Pins: the strongest evidence that a caller can bring against a chain."""

from collections.abc import Iterator

from tlsprobe.certs.pins import spki_pin
from tlsprobe.checks._registry import Need, check
from tlsprobe.model.damage import MAY_BE_DAMAGED, may_be_damaged
from tlsprobe.model.finding import Finding, Ground, Leaning, Weight
from tlsprobe.model.observation import Observation
from tlsprobe.model.paths import verified_keys
from tlsprobe.model.reference import Reference, pins_for


@check(Need.CHAIN, Need.PINS, ground=Ground.PIN, cites="RFC 7469 section 2.6")
def no_pinned_key_presented(observation: Observation, reference: Reference) -> Iterator[Finding]:
    """None of the pinned keys is in the verified chain: a client that pins will cut it.

    A hint where a capture may have damaged the chain.
    """
    pins = pins_for(reference, observation.target.host, observation.taken)
    if pins.isdisjoint(verified_keys(observation, reference)):
        damaged = may_be_damaged(observation, reference)
        presented = dict.fromkeys(one.spki_sha256 for one in observation.chain)
        yield Finding(
            leaning=Leaning.INTERCEPTION,
            weight=Weight.HINT if damaged else Weight.STRONG,
            summary="none of the pinned keys is in the verified chain"
            + (f"; {MAY_BE_DAMAGED}" if damaged else ""),
            facts={"expected": [spki_pin(pin) for pin in sorted(pins)],
                   "presented": [spki_pin(key) for key in presented]},
        )  # fmt: skip
