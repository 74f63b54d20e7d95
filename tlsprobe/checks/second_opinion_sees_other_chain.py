"""Two ways of asking, two answers."""

from collections.abc import Iterator

from tlsprobe.certs.chain import PathEnd
from tlsprobe.checks._registry import Need, check
from tlsprobe.model.finding import Finding, Ground, Leaning, Weight
from tlsprobe.model.observation import Observation
from tlsprobe.model.paths import public_path, second_opinion
from tlsprobe.model.reference import Issuance, Reference, expectation_for


@check(Need.CHAIN, Need.SECOND_OPINION, ground=Ground.COMPARISON, cites="design: controls")
def second_opinion_sees_other_chain(
    observation: Observation, reference: Reference
) -> Iterator[Finding]:
    """Another hello, sent at the same time over the same route, was shown another chain.

    A fleet may serve several leaves, so another leaf alone is a hint. A public chain to the one and
    a private chain to the other is what a box does that decides by the look of the hello. Where the
    private one lacks its upper end, one server of a fleet may have forgotten a public CA's
    intermediate: likely so with a certificate timestamp, and hardly without one where public CAs
    are known to sign for the name.
    """
    control = second_opinion(reference)
    if control is None or not control.chain:
        return
    mine, other = observation.chain[0], control.chain[0]
    if mine.spki_sha256 == other.spki_sha256:
        return
    public = public_path(observation, reference).anchor is not None
    differs = public != (public_path(control, reference).anchor is not None)
    seen = "public" if public else "private"
    weight = _weight(control if public else observation, reference) if differs else Weight.HINT
    yield Finding(
        leaning=Leaning.INTERCEPTION,
        weight=weight,
        summary=f"the hello of {control.profile} was shown another "
        + (f"chain, and only one of the two is public ({seen} to us)" if differs else "leaf"),
        facts={"ours": mine.issuer, "theirs": other.issuer},
    )


def _weight(private: Observation, reference: Reference) -> Weight:
    """How much it says that only one chain is public: how surely the other is private."""
    if public_path(private, reference).ends is PathEnd.SELF_SIGNED:
        return Weight.PROOF
    if private.scts:
        return Weight.HINT
    expectation = expectation_for(reference, private.target.host)
    public_name = expectation is not None and expectation.issuance is Issuance.PUBLIC
    return Weight.PROOF if public_name else Weight.STRONG
