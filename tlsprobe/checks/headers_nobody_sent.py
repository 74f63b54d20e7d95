"""Headers that somebody wrote into a request, or an answer, inside TLS."""

from collections.abc import Iterator

from tlsprobe.checks._registry import Need, check
from tlsprobe.model.canary import Arrival, HeaderChange
from tlsprobe.model.finding import Finding, Ground, Leaning, Weight
from tlsprobe.model.observation import Observation
from tlsprobe.model.reference import Reference, pins_for

_SHOWN = 8


@check(Need.CANARY, ground=Ground.BEHAVIOUR, cites="RFC 9110 section 7.6.3, RFC 7239")
def headers_nobody_sent(observation: Observation, reference: Reference) -> Iterator[Finding]:
    """The request that reached the canary, or the answer that came back, has headers of somebody else.

    Both travelled inside TLS: who writes a `Via` or an `X-Forwarded-For` into them reads them. An added
    header is proof; one that is changed or gone is strong. Where the TLS session is seen to be one from
    end to end, or to end at the owner's own front, it says nothing of the path: a hint.
    """
    canary = observation.canary
    if canary is None:
        return
    changes = (*canary.request_changes, *canary.answer_changes)
    if not changes:
        return
    added = [one for one in changes if one.change is HeaderChange.ADDED]
    arrival = canary.arrival(pins_for(reference, observation.target.host, observation.taken))
    weight = Weight.PROOF if added else Weight.STRONG
    if arrival in {Arrival.WHOLE, Arrival.AT_ITS_KEY}:
        weight = Weight.HINT
    foremost = (added or changes)[0]
    did = "added" if added else foremost.change.value
    more = f" and {len(changes) - 1} more" if len(changes) > 1 else ""
    yield Finding(
        leaning=Leaning.INTERCEPTION,
        weight=weight,
        summary=f"somebody on the way reads the request inside TLS: {did} was {foremost}{more}",
        facts={
            "request": [f"{one.change.value} {one}" for one in canary.request_changes[:_SHOWN]],
            "answer": [f"{one.change.value} {one}" for one in canary.answer_changes[:_SHOWN]],
        },
    )
