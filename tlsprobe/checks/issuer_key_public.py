"""Public by key: the chain verifies under a key that the public root programmes vouch for."""

from collections.abc import Iterator

from tlsprobe.certs.pins import spki_pin
from tlsprobe.checks._registry import Need, check
from tlsprobe.model.finding import Finding, Ground, Leaning, Weight
from tlsprobe.model.observation import Observation
from tlsprobe.model.paths import anchor_name, callers_own, machine_path, public_path
from tlsprobe.model.reference import Reference


@check(Need.CHAIN, ground=Ground.ISSUER, cites="RFC 5280 section 6.1")
def issuer_key_public(observation: Observation, reference: Reference) -> Iterator[Finding]:
    """The presented chain verifies, signature by signature, up to the key of a public CA.

    A capture is held against what was public then: roots that programmes have dropped since count,
    and intermediates that the CCADB lists, by their keys. Of a root that the caller alone counts as
    public it is said whether this machine has it: where it does not, programs here refuse the chain.
    """
    path = public_path(observation, reference)
    anchor = path.anchor
    if anchor is not None:
        whose, trusted = "", _trusted_here(observation, reference)
        if callers_own(anchor, reference):
            whose = ", which the caller counts as public"
            whose += ", and this machine's own store does not have" if trusted is False else ""
        yield Finding(
            leaning=Leaning.ORIGIN,
            weight=Weight.STRONG,
            summary=f"the chain verifies up to the key of the public CA {anchor_name(path)}{whose}",
            facts={"anchor": anchor_name(path), "key": spki_pin(anchor.spki_sha256),
                   "vouched_by": anchor.origin}
            | ({"in_machine_store": trusted} if whose and trusted is not None else {}),
        )  # fmt: skip


def _trusted_here(observation: Observation, reference: Reference) -> bool | None:
    """Whether programs of this machine trust the chain as well; None where its store is not known."""
    path = machine_path(observation, reference)
    return None if path is None else path.anchor is not None
