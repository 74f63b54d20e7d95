"""Timestamps that their logs did not make for this certificate."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import NamedTuple

from tlsprobe.certs.sct_verification import SctStatus
from tlsprobe.checks._registry import Need, check
from tlsprobe.model.damage import is_intact
from tlsprobe.model.finding import Finding, Ground, Leaning, Weight
from tlsprobe.model.observation import Observation
from tlsprobe.model.paths import owners_keys, public_path
from tlsprobe.model.reference import Reference
from tlsprobe.model.transparency import Timestamp, signers, timestamps

NEW_CAS = timedelta(days=30)
"""A CA may be that old before a list names it: CAs are given a week to tell of a new one."""


@check(Need.CHAIN, Need.CT_LOGS, ground=Ground.TRANSPARENCY, cites="RFC 6962 sections 3.2 and 3.4")
def timestamps_of_another_certificate(
    observation: Observation, reference: Reference
) -> Iterator[Finding]:
    """The leaf carries timestamps of known logs that were made for another certificate.

    Who mints can copy the timestamps of the true leaf, but not have them made: they hold for one key
    and issuer. That is proof where it is known which key signed the leaf, since then also no bit of
    it was lost. It is strong where a log takes no certificate that ends when this one does; where the
    leaf names a public CA by its key identifier, and they were not made for that one either; and
    where no public CA had it, though each was listed by then. It is a hint where a capture may have
    lost a bit. Where the issuer is not known, and may be too new for the list, nothing is said.

    Only logs count that a browser's list has or had. A public CA that signed over wrong timestamps has made a mistake: browsers refuse the leaf.
    """
    embedded: list[Timestamp] = []
    for one in timestamps(observation, reference):
        if one.embedded and one.status is SctStatus.VERIFIED:
            return
        if one.embedded and one.log is not None and one.log.recognised:
            embedded.append(one)
    if not embedded or owners_keys(observation, reference):
        return
    if public_path(observation, reference).anchor is not None:
        if all(one.status is SctStatus.FAILED for one in embedded):
            yield _finding(Leaning.FAULT, _Reason(Weight.HINT, _MISTAKEN), embedded)
        return
    reason = _reason(embedded, observation, reference)
    if reason is not None:
        yield _finding(Leaning.INTERCEPTION, reason, embedded)


class _Reason(NamedTuple):
    """Why the timestamps cannot be the leaf's."""

    weight: Weight
    words: str


_COPIED = "the certificate carries timestamps that public logs made for another: "
_MISTAKEN = (
    "no timestamp in the certificate verifies, though a public CA signed it: browsers refuse it"
)


def _reason(
    embedded: Sequence[Timestamp], observation: Observation, reference: Reference
) -> _Reason | None:
    """The weightiest reason there is."""
    leaf, may = observation.chain[0], signers(observation, reference)
    failed = any(one.status is SctStatus.FAILED for one in embedded)
    if failed and may.certain:
        return _Reason(
            Weight.PROOF, f"{_COPIED}their signatures do not hold for the key of {leaf.issuer}"
        )
    strong = Weight.STRONG if is_intact(observation) else Weight.HINT
    shut = [one.log for one in embedded if one.log and not one.log.takes(leaf.not_after)]
    if shut:
        return _Reason(
            strong,
            f"{_COPIED}{shut[0].name} takes none that ends when this one does",
        )
    if failed and may.listed:
        return _Reason(
            strong, f"{_COPIED}their signatures do not hold for the public CA that it names"
        )
    if _unlisted(embedded, observation, reference):
        return _Reason(strong, f"{_COPIED}no public CA had the key that it names as its issuer's")
    return None


def _unlisted(
    embedded: Sequence[Timestamp], observation: Observation, reference: Reference
) -> bool:
    """Whether every public CA of the day of the timestamps is listed, and the leaf's is none of them."""
    listed = reference.public_as_of
    day = None if listed is None else listed - NEW_CAS
    key_id = observation.chain[0].authority_key_id
    if day is None or key_id is None or signers(observation, reference).listed:
        return False
    return all(
        one.sct.timestamp is not None and one.sct.timestamp.date() <= day for one in embedded
    )


def _finding(leaning: Leaning, reason: _Reason, embedded: Sequence[Timestamp]) -> Finding:
    return Finding(
        leaning=leaning,
        weight=reason.weight,
        summary=reason.words,
        facts={"timestamps": [one.text for one in embedded]},
    )
