"""A private chain here, where a clean place was shown another."""

from collections.abc import Iterator

from tlsprobe.certs.chain import Path, PathEnd, build
from tlsprobe.certs.names import covers
from tlsprobe.certs.pins import spki_pin
from tlsprobe.checks._registry import Need, check
from tlsprobe.model.baselines import seen_before
from tlsprobe.model.damage import may_be_damaged
from tlsprobe.model.finding import Finding, Ground, Leaning, Weight
from tlsprobe.model.minting import is_public_name
from tlsprobe.model.observation import Observation
from tlsprobe.model.paths import is_cut, owners_keys, public_path, public_store
from tlsprobe.model.reference import REACH, Issuance, Reference, expectation_for


@check(
    Need.CHAIN,
    Need.BASELINE,
    ground=Ground.COMPARISON,
    cites="Wendlandt et al., Perspectives (2008)",
)
def baseline_differs(observation: Observation, reference: Reference) -> Iterator[Finding]:
    """No public CA's key and no key of the baseline stands behind the chain.

    Where the clean place was shown a public chain, that is what a box does that re-signs: proof for a
    name that public CAs serve, if the chain is whole; strong for others, since an owner may show his
    inner network another certificate, or move to a PKI of his own. Where the baseline's chain was
    private as well, it is strong if another CA signs in the old one's place, and a hint for a
    certificate that signs itself: appliances make a new one when they are reset. An address or name
    of the inner network makes a hint of all but the proof, and possible damage to a capture of all. A public chain is never asked: leafs and
    CAs change.
    """
    path = public_path(observation, reference)
    if path.anchor is not None or owners_keys(observation, reference):
        return
    expectation = expectation_for(reference, observation.target.host)
    if expectation is not None and expectation.issuance is Issuance.PRIVATE and expectation.ca_keys:
        return  # who may sign is known better
    store = public_store(observation, reference)
    before = [(one, build(one.chain, store)) for one in seen_before(reference)]
    known = {key for then, its in before for key in (then.chain[0].spki_sha256, *its.ca_keys)}
    above = [one for then, _ in before for one in then.chain[1:]]
    whole = build((*observation.chain, *above), store)
    if whole.anchor is not None or not known.isdisjoint(
        (observation.chain[0].spki_sha256, *whole.ca_keys)
    ):
        return
    public = all(its.anchor is not None for _, its in before)
    named = expectation is not None and expectation.issuance is Issuance.PUBLIC
    then = before[0][0]
    was = "a public chain" if public else f"a chain of {before[0][1].links[-1].issuer}"
    yield Finding(
        leaning=Leaning.INTERCEPTION,
        weight=Weight.HINT
        if may_be_damaged(observation, reference)
        else _weight(observation, path, then, public=public, named=named),
        summary=f"the baseline of {then.taken.date().isoformat()} shows {was}, and this one ends at"
        f" {path.links[-1].issuer or '(no name)'}, which is not public",
        facts={"then": then.chain[0].issuer, "now": observation.chain[0].issuer,
               "key": spki_pin(observation.chain[0].spki_sha256),
               "seen": then.taken.isoformat()},
    )  # fmt: skip


def _weight(
    observation: Observation, path: Path, then: Observation, *, public: bool, named: bool
) -> Weight:
    near = then.taken - REACH <= observation.taken <= then.taken + REACH
    if not near or is_cut(observation) or path.ends in (PathEnd.UNREADABLE, PathEnd.UNVERIFIABLE):
        return Weight.HINT
    if public and named:
        return Weight.PROOF if path.ends is PathEnd.SELF_SIGNED else Weight.STRONG
    made_anew = path.ends is PathEnd.SELF_SIGNED and len(path.links) == 1
    outside = is_public_name(observation) and covers(observation.chain[0], observation.target.host)
    return Weight.STRONG if outside and not made_anew else Weight.HINT
