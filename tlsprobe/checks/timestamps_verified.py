"""Public by its log: a timestamp verifies for this very certificate."""

from collections.abc import Iterator

from tlsprobe.checks._registry import Need, check
from tlsprobe.model.finding import Finding, Ground, Leaning, Weight
from tlsprobe.model.observation import Observation
from tlsprobe.model.reference import Reference
from tlsprobe.model.transparency import public_timestamp


@check(Need.CHAIN, Need.CT_LOGS, ground=Ground.TRANSPARENCY, cites="RFC 6962 section 3.2")
def timestamps_verified(observation: Observation, reference: Reference) -> Iterator[Finding]:
    """The key of a public log verifies a timestamp over this certificate, its key and its issuer.

    Such a log takes only what a CA of its accepted roots has signed. So the leaf is a public CA's,
    also where that CA is too new for every list here, or the server does not send it. It does not
    show that the owner asked for it: whoever else got a public certificate for the name has such
    timestamps too. Logs count that a browser's list had when the leaf was presented.
    """
    found = public_timestamp(observation, reference)
    if found is not None and found.log is not None:
        yield Finding(
            leaning=Leaning.ORIGIN,
            weight=Weight.STRONG,
            summary="a public CA signed this very certificate, as the promise of"
            f" {found.log.name} shows",
            facts={"timestamp": found.text, "from": found.presented.source.value,
                   "presented": len(observation.scts)},
        )  # fmt: skip
