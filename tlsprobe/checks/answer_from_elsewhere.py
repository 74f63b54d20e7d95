"""TCP is answered from one place, TLS from another."""

from collections.abc import Iterator

from tlsprobe.checks._registry import Need, check
from tlsprobe.model.delays import answered_late
from tlsprobe.model.finding import Finding, Ground, Leaning, Weight
from tlsprobe.model.observation import Observation
from tlsprobe.model.reference import Reference

DETOUR = 1
"""Hops by which packets of one flow may differ on an honest path: routes of unequal length are used
side by side."""


@check(Need.PACKETS, ground=Ground.BEHAVIOUR, cites="openssl/openssl pull request 20248")
def answer_from_elsewhere(observation: Observation, reference: Reference) -> Iterator[Finding]:
    """The SYN-ACK and the ServerHello come over different distances, by their TTL or their delay.

    A box near the client accepts the connection by itself, and goes to the server for the rest.
    Balancers that shield servers do so too, routes change, and servers are busy: a hint. A session
    through a proxy is not asked: there TCP is honestly answered by another.
    """
    captured = observation.captured
    if captured is None or observation.target.via is not None:
        return
    first, later = captured.syn_ack_ttl, captured.answer_ttl
    if first is not None and later is not None and abs(first - later) > DETOUR:
        yield Finding(
            leaning=Leaning.INTERCEPTION,
            weight=Weight.HINT,
            summary=f"TCP and TLS are answered over different distances: TTL {first} and {later}",
            facts={"syn_ack_ttl": first, "answer_ttl": later},
        )
    late = answered_late(observation)
    if late is not None:
        tcp, tls = late
        yield Finding(
            leaning=Leaning.INTERCEPTION,
            weight=Weight.HINT,
            summary=f"TCP was answered within {tcp:.1f} ms, but TLS only after {tls:.1f} ms",
            facts={"tcp_ms": round(tcp, 1), "tls_ms": round(tls, 1)},
        )
