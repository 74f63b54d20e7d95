"""A key that the baseline knows stands behind the connection."""

from collections.abc import Iterator

from tlsprobe.certs.chain import build
from tlsprobe.certs.pins import spki_pin
from tlsprobe.checks._registry import Need, check
from tlsprobe.model.baselines import seen_before
from tlsprobe.model.finding import Finding, Ground, Leaning, Weight
from tlsprobe.model.observation import Observation
from tlsprobe.model.paths import public_store
from tlsprobe.model.reference import Reference


@check(
    Need.CHAIN,
    Need.BASELINE,
    ground=Ground.COMPARISON,
    cites="Wendlandt et al., Perspectives (2008)",
)
def baseline_matches(observation: Observation, reference: Reference) -> Iterator[Finding]:
    """The leaf's key, or a CA key that verifies it, is one that a clean place was shown.

    Nobody on the path holds the leaf's key, and no box signs with the owner's CA key. That holds for
    private PKIs too, and it holds over renewals: a leaf changes more often than who signs it. A CA
    key that was sent along counts for nothing unless it signed.
    """
    leaf, store = observation.chain[0], public_store(observation, reference)
    for then in seen_before(reference):
        day = then.taken.date().isoformat()
        if leaf.spki_sha256 == then.chain[0].spki_sha256:
            summary, key = f"the leaf's key is the one of the baseline of {day}", leaf.spki_sha256
        else:
            # What the clean place was sent completes a chain that lacks it here: signatures decide.
            signers = build((*observation.chain, *then.chain[1:]), store).ca_keys
            known = frozenset(build(then.chain, store).ca_keys)
            shared = [one for one in signers if one in known]
            if not shared:
                continue
            summary, key = f"a CA key of the baseline of {day} signed the chain", shared[0]
        yield Finding(
            leaning=Leaning.ORIGIN,
            weight=Weight.STRONG,
            summary=summary,
            facts={"key": spki_pin(key), "seen": then.taken.isoformat()},
        )
        return
