"""A server that authenticates its clients by certificate did not ask for one."""

from collections.abc import Iterator

from tlsprobe.checks._registry import Need, check
from tlsprobe.handshake.summary import Reached
from tlsprobe.model.finding import Finding, Ground, Leaning, Weight
from tlsprobe.model.observation import Observation
from tlsprobe.model.other_routes import goes_by_without_request, over_other_routes
from tlsprobe.model.reference import Reference, expectation_for
from tlsprobe.model.transparency import publicly_signed


@check(
    Need.CHAIN,
    Need.CLIENT_CERTIFICATE,
    ground=Ground.BEHAVIOUR,
    cites="RFC 8446 section 4.3.2, RFC 5246 section 7.4.4",
)
def client_certificate_not_asked_for(
    observation: Observation, reference: Reference
) -> Iterator[Finding]:
    """The owner's documents tell of a client certificate, and this handshake went by without one.

    A box that ends the TLS cannot pass one on, so it does not ask. Nor does a server that asks later,
    for some paths only, or under some of the names that the documents mean by a wildcard: a hint.
    Nothing is said where the handshake was not seen as far as the request would have come, nor where
    the server itself, asked over another route, shows a public chain and asks for none either.
    """
    handshake = observation.handshake
    expectation = expectation_for(reference, observation.target.host)
    if expectation is None or handshake.certificate_request is not None or handshake.resumed:
        return
    if handshake.reached is not Reached.PROOF or handshake.certificates_cut:
        return
    others = filter(goes_by_without_request, over_other_routes(reference))
    if any(publicly_signed(look, reference) for look in others):
        return
    uses = [use for use in expectation.uses if use.asks_for_certificate]
    yield Finding(
        leaning=Leaning.INTERCEPTION,
        weight=Weight.HINT,
        summary=f"the server did not ask for a client's certificate, as {expectation.owner} documents"
        f" it for {' and '.join(dict.fromkeys(use.feature for use in uses))}",
        facts={"as_of": expectation.as_of.isoformat(), "origin": expectation.origin},
    )
