"""A log's clock against this machine's."""

from collections.abc import Iterator
from datetime import timedelta

from tlsprobe.certs.sct_verification import SctStatus
from tlsprobe.checks._registry import Need, check
from tlsprobe.model.finding import Finding, Ground, Leaning, Weight
from tlsprobe.model.observation import Observation
from tlsprobe.model.reference import Reference
from tlsprobe.model.transparency import timestamps

SLACK = timedelta(minutes=5)
"""Clocks differ that much without anything being wrong."""


@check(Need.CHAIN, Need.CT_LOGS, ground=Ground.TIME, cites="RFC 6962 section 3.2")
def timestamps_ahead_of_the_clock(
    observation: Observation, reference: Reference
) -> Iterator[Finding]:
    """A log signed a timestamp later than the leaf was seen here: this clock, or the capture's, is slow.

    Logs do not date ahead. Only timestamps count that verify.
    """
    latest = max((one.sct.timestamp for one in observation.scts if one.sct.timestamp), default=None)
    if latest is None or latest - SLACK <= observation.taken:
        return
    for one in timestamps(observation, reference):
        when = one.sct.timestamp
        if when is None or one.log is None or one.status is not SctStatus.VERIFIED:
            continue
        if when - SLACK > observation.taken:
            clock = "this machine's" if observation.captured is None else "the capture's"
            yield Finding(
                leaning=Leaning.FAULT,
                weight=Weight.HINT,
                summary=f"{clock} clock is slow: {one.log.name} logged the certificate later",
                facts={"timestamp": one.text, "taken": observation.taken.isoformat()},
            )
            return
