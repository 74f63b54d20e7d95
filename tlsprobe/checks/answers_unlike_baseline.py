"""The server chooses otherwise than it did for the same hello at a clean place."""

from collections.abc import Iterator

from tlsprobe.checks._registry import Need, check
from tlsprobe.model.baselines import seen_before
from tlsprobe.model.differences import behaviour, nearest
from tlsprobe.model.finding import Finding, Ground, Leaning, Weight
from tlsprobe.model.observation import Observation
from tlsprobe.model.reference import Reference


@check(Need.BASELINE, ground=Ground.COMPARISON, cites="github.com/salesforce/ja3")
def answers_unlike_baseline(observation: Observation, reference: Reference) -> Iterator[Finding]:
    """Version, cipher suite, group, protocol, JA3S or JARM are not those of the baseline's answer.

    Whoever ends the TLS in the server's place answers by his own stack. An owner replaces his too,
    and has several: a hint. Where another hello was sent, nothing but the JARM can be compared.
    """
    before = seen_before(reference)
    if not before:
        return
    then = nearest(before, observation)
    unlike = behaviour(then, observation)
    if unlike:
        yield Finding(
            leaning=Leaning.INTERCEPTION,
            weight=Weight.HINT,
            summary=f"the server does not answer as in the baseline of {then.taken.date().isoformat()}: "
            + "; ".join(f"{one.what} {one.now}, not {one.then}" for one in unlike),
            facts={"unlike": [one.what for one in unlike], "seen": then.taken.isoformat()},
        )
