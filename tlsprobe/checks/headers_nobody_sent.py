"""Headers that somebody wrote into a request, or an answer, inside TLS."""

from collections.abc import Iterator

from tlsprobe.checks._registry import Need, check
from tlsprobe.model.canary import Arrival, HeaderChange, HeaderDifference
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
    there = [("the request arrived", one) for one in canary.request_changes]
    back = [("the answer came back", one) for one in canary.answer_changes]
    # What was added weighs most, and is told first.
    changes = sorted((*there, *back), key=lambda pair: pair[1].change is not HeaderChange.ADDED)
    if not changes:
        return
    where, foremost = changes[0]
    arrival = canary.arrival(pins_for(reference, observation.target.host, observation.taken))
    weight = Weight.PROOF if foremost.change is HeaderChange.ADDED else Weight.STRONG
    if arrival in {Arrival.WHOLE, Arrival.AT_ITS_KEY}:
        weight = Weight.HINT
    more = f", and {len(changes) - 1} more headers are not as they were" if changes[1:] else ""
    yield Finding(
        leaning=Leaning.INTERCEPTION,
        weight=weight,
        summary=f"somebody writes inside TLS: {where} {_how(foremost)}{more}",
        facts={
            name: [f"{one.change.value} {one}" for one in found[:_SHOWN]]
            for name, found in (
                ("request", canary.request_changes),
                ("answer", canary.answer_changes),
            )
            if found
        },
    )


def _how(one: HeaderDifference) -> str:
    match one.change:
        case HeaderChange.ADDED:
            return f"with {one}, which nobody sent"
        case HeaderChange.CHANGED:
            return f"with {one}, which was sent as {one.sent}"
        case HeaderChange.REMOVED:
            return f"without {one}"
