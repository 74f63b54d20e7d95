"""This machine's clock is behind: what was signed already lies in its future."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from tlsprobe.certs.chain import Path
from tlsprobe.certs.ocsp import parse as parse_response
from tlsprobe.certs.sct import certificate_scts
from tlsprobe.checks._registry import Need, check
from tlsprobe.model.finding import Finding, Ground, Leaning, Weight
from tlsprobe.model.observation import Observation
from tlsprobe.model.paths import public_path
from tlsprobe.model.reference import Reference

TOLERANCE = timedelta(days=1)
"""Clocks differ by minutes, and by hours where a time zone was mistaken."""


@check(Need.CHAIN, ground=Ground.TIME, cites="RFC 6962 section 3.2, RFC 6960 section 4.2.2.1")
def clock_is_slow(observation: Observation, reference: Reference) -> Iterator[Finding]:
    """A public CA's own signature is over a time that this machine's clock has yet to reach.

    A log does not promise, and a responder does not answer, before its time: the timestamps in a
    leaf that a public CA signed, and the staple that the leaf's issuer signed, are older than the
    handshake. So the leaf that is "not valid yet" is no fault of the server's. (When a
    leaf's own validity begins says less: some CAs date it ahead.) Nothing is said of a capture
    without any time.
    """
    path = public_path(observation, reference)
    if path.anchor is None or observation.timeless:
        return
    ahead = [
        moment
        for moment in _signed_times(observation, path)
        if observation.taken < moment - TOLERANCE
    ]
    if not ahead:
        return
    latest = max(ahead)
    whose = "this machine's clock" if observation.captured is None else "the capture's clock"
    days = (latest - observation.taken) // timedelta(days=1)
    yield Finding(
        leaning=Leaning.FAULT,
        weight=Weight.STRONG,
        summary=f"{whose} is behind by {days} day{'' if days == 1 else 's'} or more: it says"
        f" {observation.taken.date().isoformat()}, and what was shown was signed on"
        f" {latest.date().isoformat()}",
        facts={"taken": observation.taken.isoformat(), "signed": latest.isoformat()},
    )


def _signed_times(observation: Observation, path: Path) -> Iterator[datetime]:
    """When logs promised, by the leaf; and when responders answered, by the key of its issuer."""
    for sct in certificate_scts(observation.chain[0]).scts:
        if sct.timestamp is not None:
            yield sct.timestamp
    for staple in observation.handshake.ocsp_responses:
        response = parse_response(staple.body)
        produced = response.produced_at
        if staple.index == 0 and produced is not None and len(path.links) > 1:
            # Nobody needs to verify what changes nothing.
            late = observation.taken < produced - TOLERANCE
            if late and response.signed_by(path.links[1].spki_der) is True:
                yield produced
