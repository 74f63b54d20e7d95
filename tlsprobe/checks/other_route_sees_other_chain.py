"""Two ways to one endpoint, two answers."""

from collections.abc import Iterator

from tlsprobe.certs.pins import spki_pin
from tlsprobe.checks._registry import Need, check
from tlsprobe.model.contrast import contrast, other_leaf
from tlsprobe.model.finding import Finding, Ground, Leaning, Weight
from tlsprobe.model.observation import Observation
from tlsprobe.model.other_routes import over_other_routes, way
from tlsprobe.model.reference import Reference


@check(
    Need.CHAIN,
    Need.OTHER_ROUTES,
    ground=Ground.COMPARISON,
    cites="Wendlandt et al., Perspectives (2008)",
)
def other_route_sees_other_chain(
    observation: Observation, reference: Reference
) -> Iterator[Finding]:
    """The endpoint shows a public chain over one route, and a private one over another.

    Whoever sits on the private route signs anew; as both were asked at about the same time, it is
    no matter of the endpoint's. Where that is the other route, this one is clean, as far as the comparison goes: it
    speaks for the origin here, and is told, as another client of the machine may go there. Two public
    chains are no contrast: a content network has several. Nor are two that a server may have shown by
    itself, as one of several nodes.
    """
    for control in over_other_routes(reference):
        if not other_leaf(observation, control):
            continue
        found = contrast(observation, control, reference)
        if found is None or found.excuse:
            continue
        signer = found.private.chain[0].issuer
        here = found.private is observation
        clean = control if here else observation
        yield Finding(
            leaning=Leaning.INTERCEPTION if here else Leaning.ORIGIN,
            weight=found.weight if here else Weight.HINT,
            summary=f"asked {way(found.private)}, the endpoint shows a private chain, under the name"
            f" {signer}, and asked {way(clean)} a public one: whoever is on the former way signs anew",
            facts={
                "private_via": found.private.target.via or "direct",
                "public_via": clean.target.via or "direct",
                "issuer": signer,
                "key": spki_pin(found.private.chain[0].spki_sha256),
            },
            minted=found.private.chain[0] if here else None,
        )
