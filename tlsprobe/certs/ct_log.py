"""A log of certificate transparency, and what browsers thought of it (RFC 6962).

Whose promises count is a browser's judgement and changes with time: a log that was thrown out may
have had its key stolen. So each log carries what every list says of it, and since when.
"""

from base64 import b64decode
from datetime import date, datetime
from enum import Enum
from typing import NamedTuple, Protocol

from msgspec import Struct


class LogState(Enum):
    """What a list says of a log (Chrome's log_list v3, whose words Apple uses too)."""

    PENDING = "pending"
    """It asked to be let in."""
    QUALIFIED = "qualified"
    """Let in; not every client knows it yet."""
    USABLE = "usable"
    READONLY = "readonly"
    """Let in; it takes no more certificates."""
    RETIRED = "retired"
    """Let in once; what it promised before that day counts."""
    REJECTED = "rejected"
    """Not let in, or thrown out on that day."""


_IN = frozenset((LogState.QUALIFIED, LogState.USABLE, LogState.READONLY))
_OUT = frozenset((LogState.RETIRED, LogState.REJECTED))


class Standing(NamedTuple):
    """The state of a log in one list."""

    source: str
    """Whose list: ``chrome``, ``apple``, ``mozilla``, ``crtsh``."""
    state: LogState | None
    """None where the list has it without a state, as test logs."""
    since: datetime | None

    def accepted_at(self, moment: datetime) -> bool:
        """Whether the list took the log's promises at `moment` (aware).

        A list tells the last change only. What is in it today was in it before, as far as anybody
        can say; what it has thrown out was in it until that day.
        """
        if self.state in _OUT:
            return self.since is not None and moment < self.since
        return self.state in _IN


class Log(Struct, frozen=True, kw_only=True):
    """One log."""

    log_id: bytes
    """SHA-256 of its key (RFC 6962 section 3.2)."""
    encoded_key: str
    """Its SubjectPublicKeyInfo in base64."""
    operator: str
    description: str
    interval: tuple[datetime, datetime] | None = None
    """It takes certificates that end from the first moment on and before the second; None: any."""
    standings: tuple[Standing, ...] = ()

    @property
    def key(self) -> bytes:
        """Its SubjectPublicKeyInfo."""
        return b64decode(self.encoded_key)

    @property
    def name(self) -> str:
        """What a report calls it; its description mostly names the operator."""
        known = self.operator.casefold() in self.description.casefold()
        return self.description if known else f"{self.operator} {self.description}"

    @property
    def recognised(self) -> bool:
        """Whether a browser's list has, or had, an opinion of it.

        Others may do as they like: take anybody's certificates, or sign names that were blackened.
        """
        return any(standing.state is not None for standing in self.standings)

    def takes(self, not_after: datetime | None) -> bool:
        """Whether it takes a certificate that ends then (aware)."""
        if self.interval is None or not_after is None:
            return True
        return self.interval[0] <= not_after < self.interval[1]

    def accepted_at(self, moment: datetime) -> bool:
        """Whether a browser's list took its promises at `moment` (aware).

        Such a log takes only certificates that a CA of its accepted roots has signed.
        """
        return any(standing.accepted_at(moment) for standing in self.standings)


class LogList(Protocol):
    """Logs by their id. Compared by identity."""

    @property
    def as_of(self) -> date:
        """Every public log of that day is in it."""
        ...

    @property
    def origin(self) -> str:
        """Whose lists it was made of."""
        ...

    def find(self, log_id: bytes) -> Log | None:
        """The log of that id."""
        ...
