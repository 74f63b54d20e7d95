"""No certificate transparency where a public leaf must have it."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from tlsprobe.certs.chain import PathEnd
from tlsprobe.certs.sct_verification import SctStatus
from tlsprobe.checks._registry import Need, check
from tlsprobe.model.damage import is_intact, signer_may_be_public
from tlsprobe.model.finding import Finding, Ground, Leaning, Weight
from tlsprobe.model.observation import Observation
from tlsprobe.model.paths import ends_below_unread_root, is_cut, is_for_the_host, public_path
from tlsprobe.model.reference import Reference
from tlsprobe.model.transparency import timestamps
from tlsprobe.wire import extensions as ext

REQUIRED_SINCE = datetime(2018, 5, 1, tzinfo=UTC)
"""Chrome refuses public leafs that were issued after 30 April 2018 and never logged. (It asked the
same of extended validation from 2015 on, but for the sake of the green bar only.)"""
LONGEST_LIFE = timedelta(days=39 * 31)
"""A public leaf of before that day lived for 39 months at most (Baseline Requirements section 6.3.2)."""
EMBEDDED_SINCE = datetime(2021, 1, 1, tzinfo=UTC)
"""Until about then some owners, Google among them, sent their timestamps in the TLS extension only,
and only to clients that asked for it: leafs of 2019 in public captures have none inside."""

NEW_LOGS = timedelta(days=90)
"""A log may be that old before a list names it: Chrome watches new ones for some weeks."""


@check(
    Need.CHAIN,
    Need.PUBLIC_NAME,
    ground=Ground.TRANSPARENCY,
    cites="RFC 6962 section 3.3, github.com/GoogleChrome/CertificateTransparency",
)
def transparency_missing(observation: Observation, reference: Reference) -> Iterator[Finding]:
    """Neither certificate, TLS extension nor staple holds an SCT, and no public CA's key signed.

    Browsers refuse public leaves without one, so public CAs put it in; who mints cannot have one.
    It tells a minted leaf from a public one whose intermediate the server forgot to send. A hint where
    the leaf does not cover the name, since then another server may answer for itself, where damage to a
    capture may hide the public CA, and where the key of the public root that the chain names is not at hand: not every programme asks for logs. Nothing
    is said of leafs from before browsers refused them, nor where loss in a capture may have taken
    the timestamps, or the client had not asked for those that are not inside.

    Where the logs are known, a timestamp that no log of its day made is none, nor is one by a log that
    no browser's list ever had, and one beside the certificate is none that was made for another. Of those inside that were made for another see
    `timestamps-of-another-certificate`.
    """
    path = public_path(observation, reference)
    if path.anchor is not None or is_cut(observation) or _logged(observation, reference):
        return
    if path.ends is PathEnd.UNREADABLE and len(path.links) == 1:
        return  # what cannot be read may have some
    if not _required(observation):
        return
    unverified = path.ends is PathEnd.UNVERIFIABLE or ends_below_unread_root(observation, reference)
    untold = unverified or not is_for_the_host(observation)
    untold = untold or signer_may_be_public(observation, reference)
    yield Finding(
        leaning=Leaning.INTERCEPTION,
        weight=Weight.HINT if untold else Weight.STRONG,
        summary="the certificate was never logged: it has no signed certificate timestamp"
        + (" that a known log made for it" if observation.scts else "")
        + ", as every public CA's has",
    )


def _logged(observation: Observation, reference: Reference) -> bool:
    """Whether a timestamp may be a log's promise of this leaf, or is at least a log's."""
    if reference.ct_logs is None or not is_intact(observation):
        return bool(observation.scts)
    known_until = reference.ct_logs.as_of - NEW_LOGS
    return any(
        one.log.recognised and (one.embedded or one.status is not SctStatus.FAILED)
        if one.log is not None
        else one.sct.timestamp is not None and one.sct.timestamp.date() > known_until
        for one in timestamps(observation, reference)
    )


def _required(observation: Observation) -> bool:
    """Whether a public leaf would have shown a timestamp in this handshake."""
    issued = observation.chain[0].not_before
    if issued is None or observation.taken >= EMBEDDED_SINCE + LONGEST_LIFE:
        return True  # by now every public leaf that is still valid has been logged, and says so
    if issued < REQUIRED_SINCE and observation.taken < REQUIRED_SINCE + LONGEST_LIFE:
        return False
    return issued >= EMBEDDED_SINCE or _asked(observation)


def _asked(observation: Observation) -> bool:
    """Whether the client asked for timestamps in both places outside of the certificate."""
    hello = observation.handshake.client_hello
    places = (ext.SIGNED_CERTIFICATE_TIMESTAMP, ext.STATUS_REQUEST)
    return hello is not None and all(hello.extension(place) is not None for place in places)
