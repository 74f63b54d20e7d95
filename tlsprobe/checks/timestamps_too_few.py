"""Fewer timestamps than browsers ask for, or all of one operator."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from tlsprobe.certs.certificate import Certificate
from tlsprobe.checks._registry import Need, check
from tlsprobe.model.finding import Finding, Ground, Leaning, Weight
from tlsprobe.model.observation import Observation, SctSource
from tlsprobe.model.paths import public_path
from tlsprobe.model.reference import Reference

POLICY_SINCE = datetime(2022, 4, 15, tzinfo=UTC)
"""For leafs issued from then on, Chrome and Apple count timestamps alike."""
SHORT_LIFE = timedelta(days=180)
"""Two timestamps are enough for a leaf that lives no longer, three for others."""
FROM_TWO_OPERATORS = 2


@check(
    Need.CHAIN,
    Need.CT_LOGS,
    ground=Ground.TRANSPARENCY,
    cites="googlechrome.github.io/CertificateTransparency/ct_policy.html",
)
def timestamps_too_few(observation: Observation, reference: Reference) -> Iterator[Finding]:
    """A public leaf carries fewer timestamps than browsers ask for, or all of one operator's logs.

    Browsers refuse such a leaf; most other clients do not look. A leaf without any is not counted:
    CAs leave them out where the owner asks for that. A log that is not known here may be new, and
    then counts as one of another operator.
    """
    inside = [one.sct for one in observation.scts if one.source is SctSource.CERTIFICATE]
    leaf, logs = observation.chain[0], reference.ct_logs
    if logs is None or not inside or len(inside) < len(observation.scts):
        return
    if public_path(observation, reference).anchor is None or not _counted(leaf):
        return
    known = {one.log_id: logs.find(one.log_id) for one in inside}
    operators = {log.operator if log else log_id for log_id, log in known.items()}
    asked = 2 if _lives(leaf) <= SHORT_LIFE else 3
    if len(known) < asked or len(operators) < FROM_TWO_OPERATORS:
        yield Finding(
            leaning=Leaning.FAULT,
            weight=Weight.HINT,
            summary=f"browsers ask for timestamps of {asked} logs of two operators, and the leaf has"
            f" {len(known)} of {len(operators)}",
            facts={
                "logs": sorted(log.name if log else log_id.hex() for log_id, log in known.items())
            },
        )


def _counted(leaf: Certificate) -> bool:
    return leaf.not_before is not None and leaf.not_before >= POLICY_SINCE


def _lives(leaf: Certificate) -> timedelta:
    if leaf.not_before is None or leaf.not_after is None:
        return timedelta.max
    return leaf.not_after - leaf.not_before
