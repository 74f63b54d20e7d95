"""Bytes that break TLS's own rules."""

from collections.abc import Iterator

from tlsprobe.checks._registry import check
from tlsprobe.handshake.events import AnomalyKind
from tlsprobe.handshake.transcript import Direction
from tlsprobe.model.finding import Finding, Ground, Leaning, Weight
from tlsprobe.model.observation import Observation
from tlsprobe.model.reference import Reference


@check(ground=Ground.BEHAVIOUR, cites="RFC 8446 section 6.2")
def protocol_rules_broken(observation: Observation, reference: Reference) -> Iterator[Finding]:
    """The peer's handshake breaks rules that every TLS stack keeps: a hint at a home-made one.

    What a capture has lost is no doing of the peer's, nor is what cannot be read for want of it.
    """
    anomalies = [
        one for one in observation.handshake.anomalies if one.direction is Direction.SERVER
    ]
    if any(one.kind is AnomalyKind.GAP for one in anomalies):
        return
    if anomalies:
        yield Finding(
            leaning=Leaning.INTERCEPTION,
            weight=Weight.HINT,
            summary=f"the peer breaks rules of TLS: {anomalies[0].detail}",
            facts={"anomalies": [f"{one.kind.value}: {one.detail}" for one in anomalies]},
        )
