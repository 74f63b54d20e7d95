"""No certificate transparency where a public leaf must have it."""

from collections.abc import Iterator

from tlsprobe.certs.chain import PathEnd
from tlsprobe.checks._registry import Need, check
from tlsprobe.model.finding import Finding, Ground, Leaning, Weight
from tlsprobe.model.observation import Observation
from tlsprobe.model.paths import public_path
from tlsprobe.model.reference import Reference


@check(Need.CHAIN, Need.PUBLIC_NAME, ground=Ground.TRANSPARENCY, cites="RFC 6962 section 3.3")
def transparency_missing(observation: Observation, reference: Reference) -> Iterator[Finding]:
    """Neither certificate, TLS extension nor staple holds an SCT, and no public CA's key signed.

    Browsers refuse public leaves without one, so public CAs put it in; who mints cannot have one.
    It tells a minted leaf from a public one whose intermediate the server forgot to send.
    """
    path = public_path(observation, reference)
    if path.anchor is not None or observation.scts:
        return
    if path.ends is PathEnd.UNREADABLE and len(path.links) == 1:
        return  # what cannot be read may have some
    yield Finding(
        leaning=Leaning.INTERCEPTION,
        weight=Weight.STRONG,
        summary="the certificate was never logged: it has no signed certificate timestamp,"
        " as every public CA's has",
    )
