"""Nobody answers where a certificate says that one may ask whether it was revoked."""

from collections.abc import Iterator

from tlsprobe.certs.certificate import Certificate
from tlsprobe.checks._registry import Need, check
from tlsprobe.model.finding import Fact, Finding, Ground, Leaning, Weight
from tlsprobe.model.observation import Observation
from tlsprobe.model.reference import Reference
from tlsprobe.model.revocation import LookupKind, Lookups, Outcome, RevocationLookup, without_answer
from tlsprobe.model.revocation_effects import EFFECTS, INSISTING
from tlsprobe.model.staple import vouched_for

_SHOWN = 3
"""Addresses that a sentence names."""


@check(
    Need.CHAIN,
    Need.REVOCATION,
    ground=Ground.REVOCATION,
    cites="RFC 5280 section 6.3; RFC 6960 section 2; Windows: CERT_TRUST_IS_OFFLINE_REVOCATION",
)
def revocation_lookup_blocked(observation: Observation, reference: Reference) -> Iterator[Finding]:
    """An OCSP responder or a list that a certificate names cannot be reached, on port 80 as a rule.

    The handshake shows nothing of it, and diagnostic scripts stay green, but clients that insist on a
    check refuse the certificate, and those that only try wait. Strong where no address of a
    certificate answers; a hint where another does, where the server staples an answer, and for the
    address of an issuer's certificate. Turning revocation checks off is no remedy: it makes every
    client accept what was revoked.
    """
    lookups = observation.revocation or ()
    failed = without_answer(lookups)
    for certificate, asked in failed.items():
        blocked = _blocked(asked)
        if blocked:
            yield _finding(
                certificate, blocked, alone=not vouched_for(certificate, observation, reference)
            )
    others: dict[Certificate, list[RevocationLookup]] = {}
    for one in _blocked(lookups):
        if one.kind is LookupKind.ISSUER or one.certificate not in failed:
            others.setdefault(one.certificate, []).append(one)
    for certificate, blocked_too in others.items():
        yield _finding(certificate, tuple(blocked_too), alone=False)


def _blocked(lookups: Lookups) -> Lookups:
    return tuple(one for one in lookups if one.outcome is Outcome.BLOCKED)


def _finding(certificate: Certificate, blocked: Lookups, *, alone: bool) -> Finding:
    """What is said of a certificate; `alone` where its clients have no other way to learn more."""
    happened = [f"{one.url}: {one.detail}" for one in blocked]
    told = "; ".join(happened[:_SHOWN])
    left = f"; and {len(happened) - _SHOWN} more" if len(happened) > _SHOWN else ""
    facts: dict[str, Fact] = {
        "certificate": certificate.subject,
        "asked": [one.url for one in blocked],
        "to_open": list(dict.fromkeys(one.endpoint for one in blocked)),
    }
    if alone:
        facts |= EFFECTS
    return Finding(
        leaning=Leaning.FAULT,
        weight=Weight.STRONG if alone else Weight.HINT,
        summary=(
            f"whether {certificate.subject} was revoked cannot be looked up"
            if alone
            else f"one of the ways to look up {certificate.subject} is blocked"
        )
        + f": {told}{left}",
        facts=facts,
        breaks=INSISTING if alone else "",
    )
