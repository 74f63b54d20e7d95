"""One hello is answered, another dies."""

from collections.abc import Iterator

from tlsprobe.checks._registry import Need, check
from tlsprobe.model.finding import Finding, Ground, Leaning, Weight
from tlsprobe.model.observation import Observation
from tlsprobe.model.paths import other_looks
from tlsprobe.model.reference import Reference


@check(Need.CHAIN, Need.CONTROLS, ground=Ground.BEHAVIOUR, cites="RFC 8701 section 1")
def other_hello_failed(observation: Observation, reference: Reference) -> Iterator[Finding]:
    """Another hello to the same endpoint came to nothing: something reads hellos and minds one.

    A box that decrypts does, and so does one that only filters, or a server that is picky: a hint.
    """
    for control in other_looks(reference):
        if control.variation is not None:
            continue  # `some-hellos-die` looks at those
        if control.failure is not None and not control.chain:
            yield Finding(
                leaning=Leaning.INTERCEPTION,
                weight=Weight.HINT,
                summary=f"the hello of {observation.profile} was answered, but not that of"
                f" {control.profile}: {control.failure.detail}",
                facts={"answered": observation.profile, "failed": control.profile,
                       "failure": control.failure.kind.value},
            )  # fmt: skip
