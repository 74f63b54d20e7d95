"""No request for a client's certificate, where the server is known to ask for one."""

from collections.abc import Iterator

from tlsprobe.checks._registry import Need, check
from tlsprobe.handshake.summary import Reached
from tlsprobe.model.baselines import seen_before
from tlsprobe.model.finding import Finding, Ground, Leaning, Weight
from tlsprobe.model.observation import Observation
from tlsprobe.model.paths import is_cut
from tlsprobe.model.reference import Reference, expectation_for


@check(Need.CHAIN, Need.CLIENT_CERTIFICATE, ground=Ground.BEHAVIOUR, cites="RFC 8446 section 4.3.2")
def client_certificate_not_asked_for(
    observation: Observation, reference: Reference
) -> Iterator[Finding]:
    """The server is known to ask for a client's certificate, and this one went on without.

    Who ends the TLS in its place cannot pass a client's certificate on, as he does not hold its key,
    and mostly does not ask. Strong, never proof: an owner may have moved the question to a later
    moment of the connection. Nothing is said of a handshake that was not seen as far as the place of
    the request, or that took an earlier one up.
    """
    handshake = observation.handshake
    if (
        handshake.certificate_request is not None
        or handshake.resumed
        or handshake.reached is not Reached.PROOF
        or is_cut(observation)
    ):
        return
    witness = _witness(observation, reference)
    if witness:
        yield Finding(
            leaning=Leaning.INTERCEPTION,
            weight=Weight.STRONG,
            summary=f"the server does not ask for a client's certificate, though {witness}",
        )


def _witness(observation: Observation, reference: Reference) -> str:
    """Who says that the server asks; empty where nobody does of this time."""
    seen = [one for one in seen_before(reference) if one.handshake.reached is Reached.PROOF]
    if any(one.handshake.certificate_request is None for one in seen):
        return ""  # some machine of the owner's does not ask
    if seen:
        return f"the baseline of {seen[0].taken.date().isoformat()} shows that it does"
    expectation = expectation_for(reference, observation.target.host)
    if (
        expectation is None
        or not expectation.asks_client_certificate
        or not expectation.settled_at(observation.taken)
    ):
        return ""
    return f"{expectation.owner} is known to ({expectation.origin})"
