"""A public root that this machine does not have: its store is stale, nobody intercepts."""

from collections.abc import Iterator

from tlsprobe.certs.pins import spki_pin
from tlsprobe.checks._registry import Need, check
from tlsprobe.model.finding import Finding, Ground, Leaning, Weight
from tlsprobe.model.observation import Observation
from tlsprobe.model.paths import callers_own, machine_path, public_path
from tlsprobe.model.reference import Reference


@check(Need.CHAIN, Need.MACHINE_STORE, ground=Ground.STORE, cites="RFC 5280 section 6.1")
def machine_store_lacks_root(observation: Observation, reference: Reference) -> Iterator[Finding]:
    """The public programmes trust the chain, and this machine's own store does not.

    Programs here will refuse an honest server. Only a hint where the store fetches roots on demand,
    as Windows does; and nothing is said of roots that the caller himself counts as public.
    """
    anchor = public_path(observation, reference).anchor
    machine = reference.machine
    if anchor is None or machine is None or callers_own(anchor, reference):
        return
    if not anchor.root:
        return  # an intermediate need not be in any store: the server has to send it
    path = machine_path(observation, reference)
    if path is not None and path.anchor is None:
        yield Finding(
            leaning=Leaning.FAULT,
            weight=Weight.STRONG if machine.complete else Weight.HINT,
            summary=f"this machine's own store lacks the public root {anchor.subject}",
            facts={"anchor": anchor.subject, "key": spki_pin(anchor.spki_sha256),
                   "store": machine.origin},
        )  # fmt: skip
