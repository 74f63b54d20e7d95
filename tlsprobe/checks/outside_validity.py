"""Expired, or not yet valid: at the time of the handshake, not of the reading."""

from collections.abc import Iterator
from datetime import datetime

from tlsprobe.checks._registry import Need, check
from tlsprobe.model.finding import Finding, Ground, Leaning, Weight
from tlsprobe.model.observation import Observation
from tlsprobe.model.paths import anchor_name, public_path
from tlsprobe.model.reference import Reference


@check(Need.CHAIN, ground=Ground.TIME, cites="RFC 5280 section 4.1.2.5")
def outside_validity(observation: Observation, reference: Reference) -> Iterator[Finding]:
    """A certificate of the path was not valid when it was presented, or this clock is wrong.

    Nor may a CA that is known by its key only sign before or after its own certificates' time:
    anybody who came by a key that was public once could write a new certificate for it. A hint
    where the capture has no time at all.
    """
    taken = observation.taken
    path = public_path(observation, reference)
    clock = "this machine's clock" if observation.captured is None else "the capture's clock"
    weight = Weight.HINT if observation.timeless else Weight.STRONG
    expired = path.expired_at(taken)
    for link in expired:
        early = link.not_before is not None and taken < link.not_before
        yield Finding(
            leaning=Leaning.FAULT,
            weight=weight,
            summary=f"the certificate of {link.subject} "
            + ("is not valid yet" if early else "has expired")
            + f", or {clock} is wrong",
            facts={"subject": link.subject,
                   "not_before": _text(link.not_before), "not_after": _text(link.not_after),
                   "taken": taken.date().isoformat()},
        )  # fmt: skip
    anchor = path.anchor
    if expired or anchor is None or anchor.certificate is not None:
        return
    if anchor.lifetime is not None and anchor.valid_at(taken) is False:
        first, last = anchor.lifetime
        yield Finding(
            leaning=Leaning.FAULT,
            weight=weight,
            summary=f"the public CA {anchor_name(path)} had certificates from {first} to {last}"
            f" only, or {clock} is wrong",
            facts={"subject": anchor_name(path),
                   "not_before": first.isoformat(), "not_after": last.isoformat(),
                   "taken": taken.date().isoformat()},
        )  # fmt: skip


def _text(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()
