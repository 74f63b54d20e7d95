"""TCP to the port, and TLS with it, end at a hop before the endpoint."""

from collections.abc import Iterator

from tlsprobe.checks._registry import Need, check
from tlsprobe.model.finding import Finding, Ground, Leaning, Weight
from tlsprobe.model.hop_endings import endings, sentence
from tlsprobe.model.observation import Observation
from tlsprobe.model.places import Place
from tlsprobe.model.reference import Reference
from tlsprobe.model.round_trips import round_trips
from tlsprobe.model.transparency import publicly_signed

FAR = 3
"""Hops before the endpoint where its owner's own fronts and balancers no longer stand."""


@check(
    Need.HOPS,
    ground=Ground.DISTANCE,
    cites="tcptraceroute; Raman et al., Network Measurement Methods for Locating and Examining"
    " Censorship Devices (CoNEXT 2022)",
)
def tls_ends_before_the_endpoint(
    observation: Observation, reference: Reference
) -> Iterator[Finding]:
    """Packets that cannot come as far as the endpoint are answered in its name.

    That a box ends TCP is certain; that it ends TLS as well is not, since a relay that passes TLS on
    answers from the same hop. So it is no proof, and only a hint where a public CA vouches for the
    leaf and TLS takes as long as to the endpoint itself. It is a hint too where answers were not seen
    to come back from so near, as boxes may set TTLs anew, and within three hops before the endpoint
    outside the user's own network, where its owner has fronts of his own.
    """
    if observation.hops is None:
        return
    found = endings(observation.hops)
    if found.box is None:
        return
    relayed = (
        publicly_signed(observation, reference)
        and not round_trips(observation.hops).tls_too_soon
        and not found.reads_along
    )
    owners = found.place not in (Place.INSIDE, Place.EDGE) and found.gap < FAR
    doubtful = relayed or owners or not found.measured
    yield Finding(
        leaning=Leaning.INTERCEPTION,
        weight=Weight.HINT if doubtful else Weight.STRONG,
        summary=sentence(observation.hops, found),
        facts={
            "hop": found.box,
            "address": found.box_address,
            "place": found.place.value,
            "tcp_ends_at": found.tcp,
            "tls_ends_at": found.tls,
            "endpoint_at": found.endpoint,
            "endpoint_at_least": found.at_least,
        },
    )
