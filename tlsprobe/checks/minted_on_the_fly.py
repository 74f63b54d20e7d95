"""A leaf that was made a moment ago and will be gone in a few days."""

from collections.abc import Iterator

from tlsprobe.checks._registry import Need, check
from tlsprobe.model.finding import Finding, Ground, Leaning, Weight
from tlsprobe.model.minting import made_just_now, says_that_it_inspects
from tlsprobe.model.minting import minted_on_the_fly as looks_minted
from tlsprobe.model.observation import Observation
from tlsprobe.model.paths import public_path
from tlsprobe.model.reference import Issuance, Reference, expectation_for


@check(Need.CHAIN, ground=Ground.TIME, cites="support.umbrella.com 14723683519380")
def minted_on_the_fly(observation: Observation, reference: Reference) -> Iterator[Finding]:
    """The leaf of a private CA lives for days, or began within the hour; no log, no revocation.

    A box that mints a leaf for each connection makes such ones, and so does an organisation's own
    short-lived PKI: a hint. Strong beside a CA that calls itself an inspecting product's: see
    `issuer-labelled`, which rests on the name. Together they convict, unless the name or the
    address is one of the inner network, where the product's own pages are.
    """
    if public_path(observation, reference).anchor is not None:
        return
    if not (looks_minted(observation) or made_just_now(observation)):
        return
    expectation = expectation_for(reference, observation.target.host)
    if expectation is not None and expectation.issuance is Issuance.PRIVATE:
        return
    leaf = observation.chain[0]
    begin, end = leaf.not_before, leaf.not_after
    if begin is None or end is None:
        return
    known = says_that_it_inspects(observation, reference) is not None
    hours = (observation.taken - begin).total_seconds() / 3600
    yield Finding(
        leaning=Leaning.INTERCEPTION,
        weight=Weight.STRONG if known else Weight.HINT,
        summary=f"the leaf looks made for the moment: {hours:.0f} hours old, it lives for"
        f" {(end - begin).total_seconds() / 86400:.0f} days, was never logged and cannot be revoked",
        facts={"not_before": begin.isoformat(), "not_after": end.isoformat(),
               "taken": observation.taken.isoformat()},
    )  # fmt: skip
