"""The very TLS session that was begun here ends at the canary."""

from collections.abc import Iterator

from tlsprobe.checks._registry import Need, check
from tlsprobe.model.canary import Arrival
from tlsprobe.model.finding import Finding, Ground, Leaning, Weight
from tlsprobe.model.observation import Observation
from tlsprobe.model.reference import Reference, pins_for


@check(Need.CANARY, ground=Ground.COMPARISON, cites="RFC 5705, RFC 8446 sections 4.1.2 and 7.5")
def hello_arrived_unchanged(observation: Observation, reference: Reference) -> Iterator[Finding]:
    """The canary received the hello that was sent, byte for byte, and its session is this one.

    That is proof where the key that was presented is pinned. Without a pin it is strong: a box that
    knows what canaries say could write the answer that is expected. It speaks for the canary's name
    alone, since boxes exempt names.
    """
    canary = observation.canary
    if canary is None:
        return
    pins = pins_for(reference, observation.target.host, observation.taken)
    if canary.arrival(pins) is not Arrival.WHOLE:
        return
    pinned = bool(canary.sent.chain) and canary.sent.chain[0].spki_sha256 in pins
    received = canary.received
    yield Finding(
        leaning=Leaning.ORIGIN,
        weight=Weight.PROOF if pinned else Weight.STRONG,
        summary="the canary received the very hello that was sent, in one TLS session from end to end;"
        " that tells of names like this one, since a box may exempt some",
        facts={"from": None if received is None else received.seen_from},
    )
