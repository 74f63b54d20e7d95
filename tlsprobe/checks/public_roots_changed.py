"""The list of public roots is not what it was when it was installed."""

from collections.abc import Iterator

from tlsprobe.checks._registry import Need, check
from tlsprobe.model.finding import Finding, Ground, Leaning, Weight
from tlsprobe.model.observation import Observation
from tlsprobe.model.reference import Reference


@check(Need.CHAIN, ground=Ground.STORE, cites="PEP 376")
def public_roots_changed(observation: Observation, reference: Reference) -> Iterator[Finding]:
    """The file of public roots was changed, so "public" may only mean "added on this machine".

    People append their proxy's root to it to get programs to run. Who is public by such a file
    alone must not come out as the owner.
    """
    if reference.public.doubt:
        yield Finding(
            leaning=Leaning.FAULT,
            weight=Weight.STRONG,
            summary=f"the list of public roots cannot be relied on: {reference.public.doubt}",
            facts={"roots": reference.public.origin},
        )
