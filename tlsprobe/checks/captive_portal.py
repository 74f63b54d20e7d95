"""A captive portal: the network wants a login first, and nobody reads anything."""

from collections.abc import Iterator

from tlsprobe.certs.names import covers
from tlsprobe.certs.pins import spki_pin
from tlsprobe.checks._registry import Need, check
from tlsprobe.handshake.events import KeyProof
from tlsprobe.model.finding import Finding, Ground, Leaning, Weight
from tlsprobe.model.observation import Observation
from tlsprobe.model.reference import Reference


@check(
    Need.CHAIN,
    Need.PORTALS,
    ground=Ground.PORTAL,
    cites="RFC 8952, chromium ssl_error_assistant.asciipb (captive_portal_cert)",
)
def captive_portal(observation: Observation, reference: Reference) -> Iterator[Finding]:
    """A portal that is known by its key answers in the endpoint's place, with its own certificate.

    It stands in the way until somebody logs in, and does not pretend to be the endpoint. Only
    a hint where the peer did not prove to hold that key: its certificate is public. Where the
    portal's own page was asked for, it is no stranger.
    """
    leaf = observation.chain[0]
    portal = reference.portals.get(leaf.spki_sha256)
    if portal is None or covers(leaf, observation.target.host):
        return
    proven = observation.handshake.key_proof is KeyProof.PROVEN
    yield Finding(
        leaning=Leaning.FAULT,
        weight=Weight.STRONG if proven else Weight.HINT,
        summary=f"the captive portal {portal.name} answers: the network wants a login first",
        facts={"portal": portal.name, "key": spki_pin(leaf.spki_sha256),
               "as_of": portal.as_of.isoformat(), "origin": portal.origin},
    )  # fmt: skip
