"""One certificate of somebody's own, for every name and at the address that nobody has."""

from collections.abc import Iterator

from tlsprobe.checks._registry import Need, check
from tlsprobe.model.finding import Finding, Ground, Leaning, Weight
from tlsprobe.model.observation import Observation
from tlsprobe.model.other_names import one_for_everybody
from tlsprobe.model.reference import Reference


@check(Need.CHAIN, Need.NOWHERE, ground=Ground.PORTAL, cites="RFC 8952, RFC 5737 section 4")
def one_certificate_for_everybody(
    observation: Observation, reference: Reference
) -> Iterator[Finding]:
    """Every look was shown the same leaf, also where nobody is, and it is for none of the names.

    Somebody on the way answers in everybody's place, and pretends to be nobody: a captive portal, a
    block page. Nothing is re-signed, as no client that verifies goes on. Who wants to read along
    shows a certificate for the name that was meant, or makes one for each.
    """
    if one_for_everybody(observation, reference):
        leaf = observation.chain[0]
        yield Finding(
            leaning=Leaning.FAULT,
            weight=Weight.STRONG,
            summary="somebody on the way answers in everybody's place with one certificate of his own,"
            f" of {leaf.subject or 'no name'}, as captive portals and block pages do",
            facts={"subject": leaf.subject, "issuer": leaf.issuer, "sha256": leaf.sha256.hex()},
        )
