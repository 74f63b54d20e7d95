"""A public root that this machine does not have: its store is stale, nobody intercepts."""

from collections.abc import Iterator

from tlsprobe.certs.chain import PathEnd
from tlsprobe.certs.pins import spki_pin
from tlsprobe.certs.trust import KnownCA
from tlsprobe.checks._registry import Need, check
from tlsprobe.model.finding import Finding, Ground, Leaning, Weight
from tlsprobe.model.observation import Observation
from tlsprobe.model.paths import callers_own, claimed_issuers, machine_path, public_path
from tlsprobe.model.reference import Reference
from tlsprobe.model.transparency import publicly_signed


@check(Need.CHAIN, Need.MACHINE_STORE, ground=Ground.STORE, cites="RFC 5280 section 6.1")
def machine_store_lacks_root(observation: Observation, reference: Reference) -> Iterator[Finding]:
    """The public programmes trust the chain, and this machine's own store does not.

    Programs here will refuse an honest server. The root need not be sent: its key, where the lists
    have it whole, says that it signed; else the intermediate that it signed names it, and that this
    one is public its own key says, or a public log. Only a hint where the store fetches roots on
    demand, as Windows does, or where nothing but the name and the key identifier speak of a public
    root; and nothing is said of roots that the caller himself counts as public.
    """
    machine, path = reference.machine, machine_path(observation, reference)
    root = _root(observation, reference)
    if machine is None or path is None or path.anchor is not None or root is None:
        return
    if callers_own(root, reference):
        return
    proven = publicly_signed(observation, reference)
    name = root.subject or path.links[-1].issuer
    yield Finding(
        leaning=Leaning.FAULT,
        weight=Weight.STRONG if machine.complete and proven else Weight.HINT,
        summary=f"this machine's own store lacks the public root {name}"
        + (
            ""
            if proven
            else ", which the chain names, so that nobody here can say whether it signed"
        ),
        facts={"anchor": name, "key": spki_pin(root.spki_sha256), "store": machine.origin},
    )


def _root(observation: Observation, reference: Reference) -> KnownCA | None:
    """The public root of the chain, as far as it can be told; None where it is another that lacks.

    An intermediate need not be in any store: the server has to send it.
    """
    anchor = public_path(observation, reference).anchor
    if anchor is not None and anchor.root:
        return anchor
    here = machine_path(observation, reference)
    if here is None or here.ends is not PathEnd.ISSUER_NOT_PRESENTED:
        return None
    return next((ca for ca in claimed_issuers(observation, reference) if ca.root), None)
