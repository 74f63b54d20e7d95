"""A pack: every endpoint that a service needs, for what, and what its documentation says of each.

A pack is somebody's statement about his service, with date and origin. It decides no verdict: it says
which names are asked, which of them count, and what it means for the service when one of them fails.
"""

import re
from collections.abc import Iterable
from datetime import date
from enum import Enum

from msgspec import Struct

from tlsprobe.model.observation import FailureKind
from tlsprobe.model.verdict import Conclusion

PLACEHOLDER = re.compile(r"\{([a-z][a-z0-9_]{0,31})\}")
"""A variable in a host name: ``scim.{region}.amazonaws.com``."""


class Requirement(Enum):
    """Whether the service works without an endpoint."""

    REQUIRED = "required"
    RECOMMENDED = "recommended"


class Inspection(Enum):
    """What the service's documentation says of breaking the TLS up on the way."""

    UNSUPPORTED = "unsupported"
    """It must not be done."""
    MAY_FAIL = "may-fail"
    """It is warned of: something might fail."""
    TOLERATED = "tolerated"
    REQUIRED = "required"
    """The feature is made by a proxy that writes into the requests."""
    NOT_STATED = "not-stated"


_STRICTEST = (
    Inspection.UNSUPPORTED, Inspection.MAY_FAIL, Inspection.NOT_STATED, Inspection.REQUIRED,
    Inspection.TOLERATED,
)  # fmt: skip


def strictest(said: Iterable[Inspection]) -> Inspection:
    """The strictest of what is said, of which there is some.

    Where nothing is stated, nobody has allowed it.
    """
    return min(said, key=_STRICTEST.index)


class Protocol(Enum):
    """What is spoken at an endpoint."""

    TLS = "tls"
    HTTP = "http"
    """Plain HTTP, such as lists of revoked certificates are fetched by."""


class Source(Struct, frozen=True, kw_only=True):
    """A page that a statement rests on."""

    name: str
    title: str
    url: str
    as_of: date
    """The day of the page, as far as it tells one; else when it was read."""


class Variable(Struct, frozen=True, kw_only=True):
    """A part of host names that is another for everybody."""

    name: str
    meaning: str


class Feature(Struct, frozen=True, kw_only=True):
    """Something that the service does for its users."""

    name: str
    title: str
    breaks: str
    """What no longer works without its endpoints: a sentence in lower case, without a full stop."""
    condition: str = ""
    """Where it is in use at all, such as "only where ..."; then it is asked about by name only."""


class Effect(Struct, frozen=True, kw_only=True):
    """How a failure looks to whoever runs the service, and where it comes from."""

    text: str
    """As the product words it."""
    place: str
    """Where that is read."""
    cause: str
    features: frozenset[str] = frozenset()
    """The features that show it; empty for all."""
    verdicts: frozenset[Conclusion] = frozenset()
    """The verdicts that bring it about; empty for every one that is not `direct`."""
    failures: frozenset[FailureKind] = frozenset()
    """What the network must have done; empty where that does not matter."""
    checks: frozenset[str] = frozenset()
    """Checks of which one must have found something; empty where that does not matter."""
    protocol: Protocol | None = None
    """What must be spoken at the endpoint; None where that does not matter."""


class Endpoint(Struct, frozen=True, kw_only=True):
    """A host, or all hosts below a name, and what it is needed for."""

    host: str
    """As documented: a host name or ``*.example.com``; may hold variables."""
    examples: tuple[str, ...] = ()
    """Hosts that are asked in a wildcard's place; may hold variables. Empty for a host."""
    port: int = 443
    protocol: Protocol = Protocol.TLS
    features: tuple[str, ...]
    clouds: tuple[str, ...] = ()
    """The clouds that have it; empty for all."""
    requirement: Requirement = Requirement.REQUIRED
    inspection: Inspection = Inspection.NOT_STATED
    asks_for_client_certificate: bool = False
    tls_floor: int | None = None
    """The oldest version of TLS that the service accepts there, such as 0x0303; None if not known."""
    breaks: str = ""
    """What no longer works without it, where that is more than its features say."""
    shared: bool = False
    """Whether hosts of strangers are below the wildcard too, so that exempting it is a hole."""
    note: str = ""
    sources: tuple[Source, ...]

    @property
    def wildcard(self) -> bool:
        """Whether only a wildcard is documented."""
        return self.host.startswith("*.")


class Pack(Struct, frozen=True, kw_only=True):
    """All that is said of one service."""

    name: str
    title: str
    as_of: date
    place: str
    """The file that it stands in."""
    clouds: tuple[str, ...] = ()
    """Separate instances of the service, the usual one first."""
    variables: tuple[Variable, ...] = ()
    sources: tuple[Source, ...] = ()
    features: tuple[Feature, ...]
    effects: tuple[Effect, ...] = ()
    endpoints: tuple[Endpoint, ...]

    def feature(self, name: str) -> Feature:
        """The feature of that name; a pack names none that it does not have."""
        return next(one for one in self.features if one.name == name)
