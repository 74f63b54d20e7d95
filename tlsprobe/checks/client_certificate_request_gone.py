"""No request for a client's certificate, where the baseline shows one."""

from collections.abc import Iterator

from tlsprobe.checks._registry import Need, check
from tlsprobe.handshake.summary import Reached
from tlsprobe.model.baselines import seen_before
from tlsprobe.model.finding import Finding, Ground, Leaning, Weight
from tlsprobe.model.observation import Observation
from tlsprobe.model.reference import Reference


@check(
    Need.CHAIN,
    Need.BASELINE,
    ground=Ground.COMPARISON,
    cites="RFC 8446 section 4.3.2, RFC 5246 section 7.4.4",
)
def client_certificate_request_gone(
    observation: Observation, reference: Reference
) -> Iterator[Finding]:
    """A clean place was asked for a client's certificate, and this handshake went on without.

    Who ends the TLS in the server's place cannot pass one on, as he does not hold the client's key,
    and so he does not ask. Strong, never proof: an owner may have moved the question to a later
    moment of the connection. It counts once with whatever else the baseline shows, since a server
    that was set up anew differs in many things. Nothing is said where the clean place was not asked every time, nor of
    a handshake that was not seen as far as the request would have come.
    """
    handshake = observation.handshake
    if handshake.certificate_request is not None or handshake.resumed:
        return
    if handshake.reached is not Reached.PROOF or handshake.certificates_cut:
        return
    before = [one for one in seen_before(reference) if one.handshake.reached is Reached.PROOF]
    if before and all(one.handshake.certificate_request is not None for one in before):
        day = before[0].taken.date().isoformat()
        yield Finding(
            leaning=Leaning.INTERCEPTION,
            weight=Weight.STRONG,
            summary=f"the server did not ask for a client's certificate, as it did in the baseline of {day}",
            facts={"seen": before[0].taken.isoformat()},
        )
