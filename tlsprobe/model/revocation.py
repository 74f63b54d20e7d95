"""What came of asking whether the presented certificates have been revoked, address by address."""

from datetime import datetime
from enum import Enum
from typing import TYPE_CHECKING

from msgspec import Struct

from tlsprobe.certs.certificate import Certificate
from tlsprobe.certs.ocsp import Authority, Revocation
from tlsprobe.certs.revocation import Unfit
from tlsprobe.model.http_reply import HttpReply

if TYPE_CHECKING:  # it has these among its fields
    from tlsprobe.model.observation import Failure


class LookupKind(Enum):
    """What was asked for."""

    OCSP = "ocsp"
    CRL = "crl"
    ISSUER = "issuer"
    """The certificate of the issuer, where the server did not send it."""


class Outcome(Enum):
    """How a lookup ended. The words are part of the JSON and never renamed."""

    ANSWERED = "answered"
    """With an answer that a client can use."""
    UNFIT = "unfit"
    """With something that no client can use."""
    BLOCKED = "blocked"
    """Without an answer: the network's doing, a proxy's refusal, or a page in an answer's place."""
    NOT_ASKED = "not-asked"
    """`detail` says why."""


class RevocationLookup(Struct, frozen=True, kw_only=True):
    """One address that a certificate names, and what came from there."""

    kind: LookupKind
    url: str
    """As the certificate has it."""
    certificate: Certificate
    """Which one is asked about."""
    outcome: Outcome
    detail: str = ""
    """Why there is no answer that would do."""
    unfit: Unfit | None = None
    status: Revocation | None = None
    authority: Authority = Authority.UNTOLD
    """In what capacity the answer was signed."""
    revoked_at: datetime | None = None
    reason: str | None = None
    this_update: datetime | None = None
    next_update: datetime | None = None
    fetched: Certificate | None = None
    """The issuer's certificate, whose key is seen to have signed `certificate`: no more than that."""
    reply: HttpReply | None = None
    sent_on: str | None = None
    """Where whoever was asked sent the question on to, whatever came of it there."""
    failure: "Failure | None" = None
    elapsed: float | None = None
    """Milliseconds; None where nothing was asked."""

    @property
    def endpoint(self) -> str:
        """Host and port that are connected to, as a firewall's rule has them: ``crl.example:80``."""
        place = self.url.partition("://")[2].partition("/")[0]
        return place if place[-1:] != "]" and ":" in place else f"{place}:80"

    @property
    def tells_status(self) -> bool:
        """Whether it is an answer about revocation that a client can use."""
        return self.outcome is Outcome.ANSWERED and self.kind is not LookupKind.ISSUER

    @property
    def signed(self) -> bool:
        """Whether the certificate's CA, or a responder of its, signed the answer."""
        return self.authority in (Authority.ISSUER, Authority.DELEGATE)


Lookups = tuple[RevocationLookup, ...]


def without_answer(lookups: Lookups) -> dict[Certificate, Lookups]:
    """Certificates of which no address answered fitly, each with what was asked.

    A client is content with one answer, of whichever kind, and so these are where it fails.
    """
    asked: dict[Certificate, Lookups] = {}
    for one in lookups:
        if one.kind is not LookupKind.ISSUER and one.outcome is not Outcome.NOT_ASKED:
            asked[one.certificate] = (*asked.get(one.certificate, ()), one)
    return {
        certificate: each
        for certificate, each in asked.items()
        if not any(one.tells_status for one in each)
    }


def fetched_issuers(lookups: Lookups | None) -> tuple[Certificate, ...]:
    """Certificates that were fetched since the server had not sent them, lowest first."""
    if not lookups:
        return ()
    found = (one.fetched for one in lookups)
    return tuple(dict.fromkeys(one for one in found if one is not None))
