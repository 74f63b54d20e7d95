"""A root that somebody added to this machine is what makes the chain trusted here."""

from collections.abc import Iterator

from tlsprobe.certs.pins import spki_pin
from tlsprobe.checks._registry import Need, check
from tlsprobe.model.finding import Finding, Ground, Leaning, Weight
from tlsprobe.model.observation import Observation
from tlsprobe.model.paths import machine_path, owners_keys, too_new_for_the_list
from tlsprobe.model.reference import Expectation, Issuance, Reference, expectation_for
from tlsprobe.model.transparency import publicly_signed


@check(Need.CHAIN, Need.MACHINE_STORE, ground=Ground.STORE, cites="RFC 5280 section 6.1")
def machine_store_trusts_private_issuer(
    observation: Observation, reference: Reference
) -> Iterator[Finding]:
    """The machine's own store trusts the chain, and no public root programme does.

    Proof where public CAs sign for the name: the root was put there for interception. Strong where
    the owner's own PKI is known as a whole, and this is another. Otherwise a hint, since an organisation's own
    PKI looks the same on its own names. Nothing is said where a
    CA key that the owner is known to use signed: then the list of public roots is old. Nor where it
    is so old that this machine may know a newer public CA.
    """
    if publicly_signed(observation, reference):
        return
    path = machine_path(observation, reference)
    expectation = expectation_for(reference, observation.target.host)
    if path is None or path.anchor is None or owners_keys(observation, reference):
        return
    if too_new_for_the_list(observation, reference):
        return
    anchor = path.anchor
    yield Finding(
        leaning=Leaning.INTERCEPTION,
        weight=_weight(expectation),
        summary=f"only this machine's own store trusts {anchor.subject}:"
        " it was added here, no public programme has it",
        facts={"anchor": anchor.subject, "key": spki_pin(anchor.spki_sha256),
               "store": anchor.origin},
    )  # fmt: skip


def _weight(expectation: Expectation | None) -> Weight:
    if expectation is None:
        return Weight.HINT
    if expectation.issuance is Issuance.PUBLIC:
        return Weight.PROOF
    return Weight.STRONG if expectation.ca_keys and expectation.all_keys else Weight.HINT
