"""The leaf names no place where one could ask whether it was revoked."""

from collections.abc import Iterator
from datetime import timedelta

from tlsprobe.checks._registry import Need, check
from tlsprobe.model.finding import Finding, Ground, Leaning, Weight
from tlsprobe.model.observation import Observation
from tlsprobe.model.reference import Reference
from tlsprobe.model.transparency import publicly_signed

_SHORT_LIVED = timedelta(days=10)
"""Certificates that end sooner than a revocation would be noticed need none: up to 10 days until
March 2026, up to 7 days since, by the Baseline Requirements section 1.6.1."""
_NEEDS_NONE = "2.5.29.56"
"""The extension noRevAvail (RFC 9608)."""


@check(
    Need.CHAIN,
    Need.REVOCATION,
    ground=Ground.SHAPE,
    cites="CA/Browser Forum Baseline Requirements section 7.1.2.7; RFC 9608",
)
def no_revocation_addresses(observation: Observation, reference: Reference) -> Iterator[Finding]:
    """The leaf has neither the address of an OCSP responder nor that of a list.

    Nearly all that is minted on the path has none, and so has much of what small private CAs make:
    a hint. Clients that insist on a check refuse such a leaf. Short-lived certificates, and those that
    say that they need none, are left alone, and so is what a public CA signed.
    """
    leaf = observation.chain[0]
    if leaf.ocsp_urls or leaf.crl_urls or leaf.extension(_NEEDS_NONE) is not None:
        return
    begin, end = leaf.not_before, leaf.not_after
    if begin is not None and end is not None and end - begin <= _SHORT_LIVED:
        return
    if not publicly_signed(observation, reference):
        yield Finding(
            leaning=Leaning.INTERCEPTION,
            weight=Weight.HINT,
            summary="the certificate names no place to ask whether it was revoked",
            facts={"issuer": leaf.issuer},
        )
