"""Two ways of asking, two answers."""

from collections.abc import Iterator

from tlsprobe.certs.pins import spki_pin
from tlsprobe.checks._registry import Need, check
from tlsprobe.model.contrast import contrast, other_leaf
from tlsprobe.model.finding import Finding, Ground, Leaning, Weight
from tlsprobe.model.observation import Change, Observation
from tlsprobe.model.paths import other_looks
from tlsprobe.model.reference import Reference


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
    look from passing for the whole. It is a hint where an honest server explains it: one that has
    a key of each kind, for hellos that accept other kinds or in another order; or a node whose
    certificate is signed by nobody but itself, at the same address.
    """
    for control in other_looks(reference):
        if other_leaf(observation, control):
            yield from _compared(observation, control, reference)


def _compared(
    observation: Observation, control: Observation, reference: Reference
) -> Iterator[Finding]:
    mine, other = observation.chain[0], control.chain[0]
    found = contrast(observation, control, reference)
    if found is None:
        if control.variation is not None and control.variation.change is Change.KEY_KIND:
            return  # many servers have a leaf for each kind of key
        yield Finding(
            leaning=Leaning.INTERCEPTION,
            weight=Weight.HINT,
            summary=f"the hello of {control.profile} was shown another leaf",
            facts={"ours": mine.issuer, "theirs": other.issuer},
        )
        return
    private = found.private
    yield Finding(
        leaning=Leaning.INTERCEPTION,
        weight=found.weight,
        summary=f"the hello of {private.profile} was shown another chain than the other hello,"
        f" under the name {private.chain[0].issuer}, and only the other's is public"
        + (f"; but {found.excuse}" if found.excuse else ""),
        facts={"ours": mine.issuer, "theirs": other.issuer,
               "key": spki_pin(private.chain[0].spki_sha256)},
        minted=None if found.excuse else private.chain[0],
    )  # fmt: skip
