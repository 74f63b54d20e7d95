"""The issuer's name is one that a known product writes."""

from collections.abc import Iterator

from tlsprobe.checks._registry import Need, check
from tlsprobe.model.finding import Finding, Ground, Leaning, Weight
from tlsprobe.model.minting import says_that_it_inspects
from tlsprobe.model.naming import naming
from tlsprobe.model.observation import Observation
from tlsprobe.model.reference import Reference
from tlsprobe.model.transparency import publicly_signed


@check(Need.CHAIN, Need.LABELS, ground=Ground.ISSUER, cites="RFC 5280 section 4.1.2.4")
def issuer_labelled(observation: Observation, reference: Reference) -> Iterator[Finding]:
    """The issuer's name is one that a known interception product writes.

    It names the product for the report and does not decide: a name is free text, and a chain that a
    public CA's key signed is asked no such question. It is strong only where the vendor or published
    chains vouch for the name, and the leaf looks minted on the fly for somebody else's public name:
    no PKI of an honest owner calls itself an inspecting product. A name never exonerates.
    """
    if publicly_signed(observation, reference):
        return
    label = naming(reference.labels, observation.chain)
    if label is not None:
        minting = says_that_it_inspects(observation, reference) is not None
        yield Finding(
            leaning=Leaning.INTERCEPTION,
            weight=Weight.STRONG if minting else Weight.HINT,
            summary=f"the issuer's name is one that {label.vendor} {label.product} writes"
            f" ({label.confidence.value})",
            facts={"vendor": label.vendor, "product": label.product,
                   "category": label.category, "confidence": label.confidence.value},
        )  # fmt: skip
