"""A sandbox that plays the servers of the whole internet."""

from collections.abc import Iterator

from tlsprobe.checks._registry import Need, check
from tlsprobe.model.finding import Finding, Ground, Leaning, Weight
from tlsprobe.model.naming import naming
from tlsprobe.model.observation import Observation
from tlsprobe.model.reference import Confidence, Reference
from tlsprobe.model.transparency import publicly_signed


@check(Need.CHAIN, Need.LABELS, Need.PUBLIC_NAME, ground=Ground.NAME, cites="www.inetsim.org")
def sandbox_answers(observation: Observation, reference: Reference) -> Iterator[Finding]:
    """A public name is answered under the name that a known sandbox gives itself.

    Laboratories put such programs in the place of every server, so that software under test talks to
    them. Nobody else has a reason to write that name; it is still but a name, and so strong at most.
    """
    if publicly_signed(observation, reference):
        return
    label = naming(reference.labels, observation.chain)
    if label is not None and label.category == "sandbox":
        known = label.confidence is not Confidence.WEAK
        yield Finding(
            leaning=Leaning.INTERCEPTION,
            weight=Weight.STRONG if known else Weight.HINT,
            summary=f"the sandbox {label.vendor} answers for {observation.target.host}",
            facts={"vendor": label.vendor, "product": label.product,
                   "category": label.category, "confidence": label.confidence.value},
        )  # fmt: skip
