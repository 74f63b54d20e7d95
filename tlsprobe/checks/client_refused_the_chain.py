"""The client saw the certificate and hung up."""

from collections.abc import Iterator

from tlsprobe.checks._registry import Need, check
from tlsprobe.handshake.transcript import Direction
from tlsprobe.model.finding import Finding, Ground, Leaning, Weight
from tlsprobe.model.observation import Observation
from tlsprobe.model.reference import Reference

# Alerts that speak of the peer's certificate (RFC 8446 section 6.2, RFC 5246 section 7.2.2).
OF_TRUST = frozenset((42, 43, 44, 45, 46, 48, 113))

SEALED_ALERT = 19
"""Bytes of a sealed alert of TLS 1.3: the alert's two, one for the type, sixteen of the tag."""


@check(Need.PACKETS, ground=Ground.BEHAVIOUR, cites="RFC 8446 section 6.2")
def client_refused_the_chain(observation: Observation, reference: Reference) -> Iterator[Finding]:
    """The client answered the certificate with an alert that speaks of trust.

    A client that pins, or does not trust a box's CA, does so; and so does one whose own store or
    clock is wrong, before an honest server: a hint. In TLS 1.3 without keys the alert is sealed, but
    nothing else that a client may send first is as small.
    """
    handshake = observation.handshake
    for seen in handshake.alerts:
        if seen.direction is Direction.CLIENT and seen.alert.description in OF_TRUST:
            yield _finding(f"the client refused the certificate: {seen.alert.name}")
            return
    if handshake.client_sealed == SEALED_ALERT and not handshake.resumed:
        yield _finding(
            "the client's first sealed record has the size of an alert: it refused what it was shown"
        )


def _finding(summary: str) -> Finding:
    return Finding(leaning=Leaning.INTERCEPTION, weight=Weight.HINT, summary=summary)
