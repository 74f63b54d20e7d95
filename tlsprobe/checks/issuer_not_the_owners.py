"""Another CA than the owner is known to use."""

from collections.abc import Iterator

from tlsprobe.certs.chain import Path, PathEnd
from tlsprobe.certs.pins import spki_pin
from tlsprobe.checks._registry import Need, check
from tlsprobe.model.finding import Finding, Ground, Leaning, Weight
from tlsprobe.model.observation import Observation
from tlsprobe.model.paths import anchor_name, owners_keys, public_path
from tlsprobe.model.reference import Expectation, Issuance, Reference, expectation_for


@check(Need.CHAIN, Need.OWNERS_KEYS, ground=Ground.ISSUER, cites="RFC 8659")
def issuer_not_the_owners(observation: Observation, reference: Reference) -> Iterator[Finding]:
    """The chain is whole, but no CA key that the owner is known to use is in it.

    Somebody with a public certificate for the name may end the TLS, or the owner has moved to
    another CA since the expectation was written down: strong, never proof. Nothing is said of a
    capture from long before that day. A private chain is only looked at where the owner's own PKI is
    expected; elsewhere that it is private says more.
    """
    expectation = expectation_for(reference, observation.target.host)
    if expectation is None or not expectation.settled_at(observation.taken):
        return
    path = public_path(observation, reference)
    top = _top(path, expectation)
    if top is not None and not owners_keys(observation, reference):
        yield Finding(
            leaning=Leaning.INTERCEPTION,
            weight=Weight.STRONG,
            summary=f"{expectation.owner} was not known to use {top},"
            f" which signed the chain, on {expectation.as_of.isoformat()}",
            facts={"keys": [spki_pin(key) for key in path.ca_keys],
                   "as_of": expectation.as_of.isoformat(), "origin": expectation.origin},
        )  # fmt: skip


def _top(path: Path, expectation: Expectation) -> str | None:
    """The CA at the top of a chain that can be judged; None for any other."""
    if path.anchor is not None:
        return anchor_name(path)
    private = expectation.issuance is Issuance.PRIVATE
    return path.links[-1].subject if private and path.ends is PathEnd.SELF_SIGNED else None
