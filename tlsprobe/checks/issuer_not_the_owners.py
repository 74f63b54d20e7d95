"""Another CA than the owner is known to use."""

from collections.abc import Iterator

from tlsprobe.certs.chain import Path, PathEnd
from tlsprobe.certs.pins import spki_pin
from tlsprobe.checks._registry import Need, check
from tlsprobe.model.finding import Fact, Finding, Ground, Leaning, Weight
from tlsprobe.model.observation import Observation
from tlsprobe.model.paths import anchor_name, callers_own, owners_keys, public_path
from tlsprobe.model.reference import Expectation, Issuance, Reference, expectation_for


@check(Need.CHAIN, Need.ALL_OWNERS_KEYS, ground=Ground.ISSUER, cites="RFC 8659")
def issuer_not_the_owners(observation: Observation, reference: Reference) -> Iterator[Finding]:
    """The chain is whole, but no CA key that the owner is known to use is in it.

    Somebody with a public certificate for the name may end the TLS, or the owner has moved to
    another CA since the expectation was written down: strong, never proof. Nothing is said of a
    capture from long before that day, and long after it only that the reference is old. A private
    chain is only looked at where the owner's own PKI is expected; elsewhere that it is private says
    more. Of a CA that the caller counts as public (``--ca-file``) the shipped lists know nothing.
    """
    expectation = expectation_for(reference, observation.target.host)
    if expectation is None or not expectation.settled_at(observation.taken):
        return
    path = public_path(observation, reference)
    if path.anchor is not None and callers_own(path.anchor, reference) and not expectation.given:
        return
    top = _top(path, expectation)
    if top is None or owners_keys(observation, reference):
        return
    day = expectation.known_since.isoformat()
    facts: dict[str, Fact] = {
        "keys": [spki_pin(key) for key in path.ca_keys],
        "as_of": day,
        "origin": expectation.keys_origin or expectation.origin,
    }
    if expectation.overdue_at(observation.taken):
        yield Finding(
            leaning=Leaning.FAULT,
            weight=Weight.HINT,
            summary=f"{top}, which signed the chain, is not among the CAs that {expectation.owner}"
            f" was known to use on {day}: that is long ago, so update the reference",
            facts=facts,
        )
        return
    yield Finding(
        leaning=Leaning.INTERCEPTION,
        weight=Weight.STRONG,
        summary=f"{expectation.owner} was not known to use {top}, which signed the chain, on {day}",
        facts=facts,
    )


def _top(path: Path, expectation: Expectation) -> str | None:
    """The CA at the top of a chain that can be judged; None for any other."""
    if path.anchor is not None:
        return anchor_name(path)
    private = expectation.issuance is Issuance.PRIVATE
    return path.links[-1].subject if private and path.ends is PathEnd.SELF_SIGNED else None
