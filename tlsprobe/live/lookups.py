"""Who is asked about revocation; `revocation` does it over HTTP, and is imported when it is wanted."""

from collections.abc import Callable, Iterable
from typing import Protocol

from msgspec import Struct

from tlsprobe.certs.certificate import Certificate
from tlsprobe.model.revocation import Lookups


class Subject(Struct, frozen=True):
    """A certificate to ask about."""

    certificate: Certificate
    issuer: Certificate | None
    """A certificate of the key that is seen to have signed it; None where that is not at hand."""
    issuer_missing: bool = False
    """Whether the server left the issuer out, so that its clients have to fetch it."""


KnownIssuer = Callable[[Certificate], Certificate | None]
"""Gives a certificate of the known key that signed one; None where none is known."""


class RevocationLookups(Protocol):
    """Somebody who asks."""

    async def ask(self, subjects: Iterable[Subject], known: KnownIssuer) -> Lookups:
        """Everything that there is to ask about these, and about issuers that had to be fetched.

        `known` tells the issuers of those. Raises nothing for what a network does.
        """
        ...
