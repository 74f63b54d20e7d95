"""Owners who have nothing to do with each other came with one key, or under one private CA."""

from collections.abc import Iterator

from tlsprobe.certs.pins import spki_pin
from tlsprobe.checks._registry import Need, check
from tlsprobe.model.finding import Finding, Ground, Leaning, Weight
from tlsprobe.model.observation import Observation
from tlsprobe.model.paths import too_new_for_the_list, too_old_for_the_list
from tlsprobe.model.reference import Issuance, Reference, expectation_for


@check(
    Need.CHAIN,
    Need.COMPANY,
    ground=Ground.COMPARISON,
    cites="Waked et al., To Intercept or Not to Intercept (2018)",
)
def one_private_issuer_for_many_owners(
    observation: Observation, reference: Reference
) -> Iterator[Finding]:
    """In this run, names of unrelated owners came with this leaf's key, or this leaf's private CA.

    A private CA signs for its owner, and a key serves its owner: only who mints has one for all. It
    takes two owners of names that public CAs serve, this session's among them or not, and no list
    of CAs. Strong only where nothing is known of this session's own name and only the CA is shared:
    an organisation may mint by the CA that signs for its own servers. A public CA that is too old or
    too new for the list signs for many owners, too.
    """
    company = reference.company
    if company is None or too_new_for_the_list(observation, reference):
        return
    shared = company.shared(observation, reference)
    expectation = expectation_for(reference, observation.target.host)
    public = expectation is not None and expectation.issuance is Issuance.PUBLIC
    needed = 1 if public else 2
    leaf = observation.chain[0]
    if len(shared.leaf_key) >= needed:
        what, owners, weight = "this key", shared.leaf_key, Weight.PROOF
    elif len(shared.issuer_key) >= needed and not too_old_for_the_list(observation):
        what, owners = f"a certificate by this private CA, {leaf.issuer}", shared.issuer_key
        weight = Weight.PROOF if public else Weight.STRONG
    else:
        return
    whose = (expectation.owner, *owners) if expectation is not None and public else owners
    yield Finding(
        leaning=Leaning.INTERCEPTION,
        weight=weight,
        summary=f"names of {' and '.join(whose)}, who have nothing to do with each other,"
        f" came with {what} in this run",
        facts={"owners": list(whose), "issuer": leaf.issuer, "key": spki_pin(leaf.spki_sha256)},
    )
