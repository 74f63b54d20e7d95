"""The server does not send an intermediate that it must send."""

from collections.abc import Iterator

from tlsprobe.checks._registry import Need, check
from tlsprobe.model.finding import Finding, Ground, Leaning, Weight
from tlsprobe.model.observation import Observation
from tlsprobe.model.paths import public_path
from tlsprobe.model.reference import Reference


@check(Need.CHAIN, ground=Ground.SHAPE, cites="RFC 8446 section 4.4.2")
def intermediate_missing(observation: Observation, reference: Reference) -> Iterator[Finding]:
    """A client that has only roots cannot complete the chain; it is the server's fault alone."""
    path = public_path(observation, reference)
    if path.missing_intermediate:
        yield Finding(
            leaning=Leaning.FAULT,
            weight=Weight.STRONG,
            summary=f"the server does not send the intermediate {path.links[-1].issuer}",
            facts={"missing": path.links[-1].issuer,
                   "fetch_from": list(path.links[-1].ca_issuer_urls)},
        )  # fmt: skip
