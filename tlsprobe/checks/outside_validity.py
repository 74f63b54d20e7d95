"""Expired, or not yet valid: at the time of the handshake, not of the reading."""

from collections.abc import Iterator
from datetime import datetime

from tlsprobe.checks._registry import Need, check
from tlsprobe.model.finding import Finding, Ground, Leaning, Weight
from tlsprobe.model.observation import Observation
from tlsprobe.model.paths import public_path
from tlsprobe.model.reference import Reference


@check(Need.CHAIN, ground=Ground.TIME, cites="RFC 5280 section 4.1.2.5")
def outside_validity(observation: Observation, reference: Reference) -> Iterator[Finding]:
    """A certificate of the path was not valid when it was presented, or this clock is wrong."""
    for link in public_path(observation, reference).expired_at(observation.taken):
        early = link.not_before is not None and observation.taken < link.not_before
        yield Finding(
            leaning=Leaning.FAULT,
            weight=Weight.STRONG,
            summary=f"the certificate of {link.subject} "
            + ("is not valid yet" if early else "has expired")
            + ", or this machine's clock is wrong",
            facts={"subject": link.subject,
                   "not_before": _text(link.not_before), "not_after": _text(link.not_after),
                   "taken": observation.taken.isoformat()},
        )  # fmt: skip


def _text(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()
