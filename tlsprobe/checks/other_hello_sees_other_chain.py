"""Two ways of asking, two answers."""

from collections.abc import Iterator

from tlsprobe.certs.chain import Path, PathEnd, build
from tlsprobe.certs.pins import spki_pin
from tlsprobe.checks._registry import Need, check
from tlsprobe.model.finding import Finding, Ground, Leaning, Weight
from tlsprobe.model.observation import Change, Observation
from tlsprobe.model.paths import other_looks
from tlsprobe.model.reference import Issuance, Reference, expectation_for
from tlsprobe.model.transparency import public_timestamp


@check(
    Need.CHAIN,
    Need.CONTROLS,
    ground=Ground.COMPARISON,
    cites="Wendlandt et al., Perspectives (2008)",
)
def other_hello_sees_other_chain(
    observation: Observation, reference: Reference
) -> Iterator[Finding]:
    """Another hello, sent at the same time over the same route, was shown another chain.

    A fleet may serve several leaves, so another leaf alone is a hint. A public chain to the one and
    a private chain to the other is what a box does that decides by the look of the hello. Where the
    private one lacks its upper end, one server of a fleet may have forgotten a public CA's
    intermediate, which a certificate timestamp speaks for: then it is strong, and keeps the other
    look from passing for the whole.
    """
    for control in other_looks(reference):
        if control.chain and control.chain[0].spki_sha256 != observation.chain[0].spki_sha256:
            yield from _compared(observation, control, reference)


def _compared(
    observation: Observation, control: Observation, reference: Reference
) -> Iterator[Finding]:
    mine, other = observation.chain[0], control.chain[0]
    ours, theirs = _path(observation, control, reference), _path(control, observation, reference)
    private = observation if ours.anchor is None else control
    if (
        (ours.anchor is None) == (theirs.anchor is None)
        or public_timestamp(private, reference) is not None
    ):  # fmt: skip
        if control.variation is not None and control.variation.change is Change.KEY_KIND:
            return  # many servers have a leaf for each kind of key
        yield Finding(
            leaning=Leaning.INTERCEPTION,
            weight=Weight.HINT,
            summary=f"the hello of {control.profile} was shown another leaf",
            facts={"ours": mine.issuer, "theirs": other.issuer},
        )
        return
    yield Finding(
        leaning=Leaning.INTERCEPTION,
        weight=_weight(private, theirs if private is control else ours, reference),
        summary=f"the hello of {private.profile} was shown another chain than the other hello,"
        f" under the name {private.chain[0].issuer}, and only the other's is public",
        facts={"ours": mine.issuer, "theirs": other.issuer,
               "key": spki_pin(private.chain[0].spki_sha256)},
        minted=private.chain[0],
    )  # fmt: skip


def _path(one: Observation, other: Observation, reference: Reference) -> Path:
    """The path of one look, completed by the intermediates that the other was sent."""
    return build((*one.chain, *other.chain[1:]), reference.public)


def _weight(private: Observation, path: Path, reference: Reference) -> Weight:
    """How much it says that only one chain is public: how surely the other is private."""
    if path.ends is PathEnd.SELF_SIGNED:
        return Weight.PROOF
    expectation = expectation_for(reference, private.target.host)
    public_name = expectation is not None and expectation.issuance is Issuance.PUBLIC
    return Weight.PROOF if public_name and not private.scts else Weight.STRONG
