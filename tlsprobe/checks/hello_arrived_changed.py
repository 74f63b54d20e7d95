"""Another hello, or another session, reached the canary than the one that left here."""

from collections.abc import Iterator

from tlsprobe.certs.certificate import Certificate
from tlsprobe.certs.pins import spki_pin
from tlsprobe.checks._registry import Need, check
from tlsprobe.model.canary import Arrival, Canary
from tlsprobe.model.finding import Fact, Finding, Ground, Leaning, Weight
from tlsprobe.model.hello_differences import ja4_of
from tlsprobe.model.observation import Observation
from tlsprobe.model.reference import Reference, pins_for


@check(
    Need.CANARY,
    ground=Ground.COMPARISON,
    cites="Durumeric et al., The Security Impact of HTTPS Interception (2017); RFC 5705",
)
def hello_arrived_changed(observation: Observation, reference: Reference) -> Iterator[Finding]:
    """The canary at the far end received another TLS session than the one that was begun here.

    Whoever ends TLS on the way has to send a hello of his own, and whatever hello he sends, the keying
    material that both ends export differs. That is proof on any path, whoever signed what he shows.
    Where who ended it holds the canary's own key, it is a front of its owner's, and the canary tells
    nothing of the path.
    """
    canary = observation.canary
    if canary is None:
        return
    match canary.arrival(pins_for(reference, observation.target.host, observation.taken)):
        case Arrival.OTHER:
            yield Finding(
                leaning=Leaning.INTERCEPTION,
                weight=Weight.PROOF,
                summary=_summary(canary),
                facts=_facts(canary),
                minted=_minted(canary, observation),
            )
        case Arrival.AT_ITS_KEY:
            yield Finding(
                leaning=Leaning.FAULT,
                weight=Weight.STRONG,
                summary="TLS ends before the canary at somebody who holds its key, as a front of its"
                " owner's does: what reaches it from there tells nothing of the path",
                facts=_facts(canary),
            )
        case _:
            return


def _summary(canary: Canary) -> str:
    if not canary.hello_differences:
        return (
            "the canary received the hello that was sent, but in another TLS session: somebody repeats"
            " hellos and ends the TLS in between"
        )
    ours, theirs = _ja4s(canary)
    if ours == theirs:
        return "the canary received another hello than the one that was sent, though one like it"
    return f"the canary received another hello than the one that was sent: JA4 {theirs} instead of {ours}"


def _facts(canary: Canary) -> dict[str, Fact]:
    facts: dict[str, Fact] = {}
    if canary.hello_differences:
        facts["differ"] = [one.what for one in canary.hello_differences]
    if canary.sent.chain:
        facts["presented"] = spki_pin(canary.sent.chain[0].spki_sha256)
    received = canary.received
    if received is not None:
        facts["canary_has"] = None if received.key is None else spki_pin(received.key)
        facts["arrived_over"] = received.version
        facts["from"] = received.seen_from
    return facts


def _ja4s(canary: Canary) -> tuple[str | None, str | None]:
    received = canary.received
    theirs = () if received is None else received.hellos
    ours = canary.sent.hellos
    return (ja4_of(ours[0]) if ours else None), (ja4_of(theirs[0]) if theirs else None)


def _minted(canary: Canary, observation: Observation) -> Certificate | None:
    """The leaf that was shown, where another one is the observation's."""
    shown = canary.sent.chain
    return shown[0] if shown and shown[:1] != observation.chain[:1] else None
