"""A survey: what a pack asks at one place, what was answered, and what was not asked."""

from collections.abc import Mapping
from datetime import datetime
from enum import Enum

from msgspec import Struct

from tlsprobe.model.minting import leads_away
from tlsprobe.model.observation import Failure, Target, Timings
from tlsprobe.model.pack import (
    Endpoint,
    Feature,
    Inspection,
    Pack,
    Protocol,
    Requirement,
    strictest,
)
from tlsprobe.model.report import Report
from tlsprobe.model.verdict import Conclusion
from tlsprobe.model.way import Way
from tlsprobe.wire.ip_literals import join_host_port

SEVERITY = (
    Conclusion.DIRECT, Conclusion.UNDECIDED, Conclusion.BLOCKED, Conclusion.FAULTY,
    Conclusion.PIN_BROKEN, Conclusion.TERMINATED, Conclusion.INSPECTED,
)  # fmt: skip
"""Verdicts, the worst last."""


class Lookup(Enum):
    """What may be asked beside the endpoints themselves; the value is its name in lists."""

    REVOCATION = "revocation"
    ISSUERS = "issuers"
    RESOLVERS = "resolvers"
    ROUTES = "routes"
    NOWHERE = "nowhere"

    @property
    def words(self) -> str:
        """What it would tell."""
        return _LOOKUPS[self]


_LOOKUPS: Mapping[Lookup, str] = {
    Lookup.REVOCATION: "the lists of revoked certificates and OCSP responders that the chains name",
    Lookup.ISSUERS: "the CA certificates that servers do not send, from where the chains name them",
    Lookup.RESOLVERS: "what other resolvers than the system's say of the names",
    Lookup.ROUTES: "other routes to the endpoints, such as a proxy's beside the direct one",
    Lookup.NOWHERE: "an address that nobody has, which only a box would answer at",
}


class Question(Struct, frozen=True, kw_only=True):
    """One host and port to ask, and every entry of the pack that it stands for."""

    host: str
    port: int
    protocol: Protocol
    endpoints: tuple[Endpoint, ...]

    @property
    def place(self) -> str:
        """``example.com:443``, ``[2001:db8::1]:443``."""
        return join_host_port(self.host, self.port)

    @property
    def required(self) -> bool:
        """Whether something needs it."""
        return any(one.requirement is Requirement.REQUIRED for one in self.endpoints)

    @property
    def inspection(self) -> Inspection:
        """The strictest that is said of it."""
        return strictest(one.inspection for one in self.endpoints)

    @property
    def features(self) -> tuple[str, ...]:
        """Names of the features that need it."""
        return tuple(dict.fromkeys(name for one in self.endpoints for name in one.features))

    @property
    def wildcards(self) -> tuple[str, ...]:
        """The documented wildcards that it is an example of; empty where it is documented itself."""
        if not all(one.wildcard for one in self.endpoints):
            return ()
        return tuple(dict.fromkeys(one.host for one in self.endpoints))

    @property
    def tls_floor(self) -> int | None:
        """The oldest version of TLS that the service accepts there; None if not known."""
        return max((one.tls_floor for one in self.endpoints if one.tls_floor), default=None)

    @property
    def asks_for_client_certificate(self) -> bool:
        """Whether the service knows its client by a certificate there."""
        return any(one.asks_for_client_certificate for one in self.endpoints)


class NotAsked(Struct, frozen=True, kw_only=True):
    """An entry of the pack that nobody was asked for, and why."""

    endpoint: Endpoint
    reason: str


class Plan(Struct, frozen=True, kw_only=True):
    """What a pack asks, once features, cloud and variables are chosen."""

    pack: Pack
    features: tuple[Feature, ...]
    cloud: str | None = None
    """None for a service that has one only."""
    values: Mapping[str, str]
    """Of the variables that were given."""
    questions: tuple[Question, ...]
    not_asked: tuple[NotAsked, ...] = ()


class HttpAnswer(Struct, frozen=True, kw_only=True):
    """What plain HTTP came to: a status, or why there is none, or why it is not the server's."""

    target: Target
    taken: datetime
    path: str = "/"
    """What was asked for; another than this is a list of revoked certificates."""
    status: int | None = None
    reason: str = ""
    server: str = ""
    """What the answer says of who made it: ``Server`` and ``Via``."""
    title: str | None = None
    """Of the page that came; empty where it has none, None where no page came."""
    sent_on: str | None = None
    """Where it sends on whoever asks: ``Location``."""
    failure: Failure | None = None
    timings: Timings = Timings()

    @property
    def sent_away(self) -> bool:
        """Whether it sends on to a host that is not known for the same owner's.

        Owners do so, who have several names, and so do captive portals and block pages.
        """
        return self.sent_on is not None and leads_away(self.target.host, self.sent_on)


class Answer(Struct, frozen=True, kw_only=True):
    """What became of one question: a report on its TLS, or what plain HTTP came to."""

    question: Question
    said: Report | HttpAnswer
    way: Way = Way()
    """How it was asked."""

    @property
    def report(self) -> Report | None:
        """The report, where TLS was asked for."""
        return self.said if isinstance(self.said, Report) else None

    @property
    def conclusion(self) -> Conclusion | None:
        """The verdict on its TLS; `blocked` for plain HTTP without an answer, None with one."""
        if isinstance(self.said, Report):
            return self.said.verdict.conclusion
        return None if self.said.failure is None else Conclusion.BLOCKED

    @property
    def well(self) -> bool:
        """Whether the service gets what it needs there, as far as was seen."""
        return self.conclusion in (None, Conclusion.DIRECT)

    @property
    def intercepted(self) -> bool:
        """Whether somebody on the path ends the TLS."""
        return self.conclusion in (Conclusion.INSPECTED, Conclusion.TERMINATED)

    @property
    def failure(self) -> Failure | None:
        """Why nothing was answered."""
        if isinstance(self.said, Report):
            return self.said.observation.failure
        return self.said.failure

    @property
    def version(self) -> int | None:
        """The version of TLS that was negotiated; None where none was."""
        return None if self.report is None else self.report.observation.handshake.version

    @property
    def below_floor(self) -> bool:
        """Whether an older version of TLS was negotiated than the service accepts."""
        floor, version = self.question.tls_floor, self.version
        return floor is not None and version is not None and version < floor


class Survey(Struct, frozen=True, kw_only=True):
    """A pack, asked at one place and time."""

    tool_version: str
    taken: datetime
    asked_from: str
    """The machine that asked, by its own name; may be empty."""
    plan: Plan
    answers: tuple[Answer, ...]
    offline: bool = False
    """Whether nobody but the endpoints was to be asked."""
    lookups: tuple[Lookup, ...] = ()
    """What was asked beside the endpoints themselves."""

    @property
    def worst(self) -> Conclusion | None:
        """The worst verdict on a required endpoint; None where none of them came to one.

        One that speaks an older TLS than the service accepts is at fault.
        """
        needed = [one for one in self.answers if one.question.required]
        known = [one.conclusion for one in needed if one.conclusion is not None]
        known += [Conclusion.FAULTY for one in needed if one.below_floor]
        return max(known, key=SEVERITY.index, default=None)

    def of(self, feature: str) -> tuple[Answer, ...]:
        """The answers that a feature hangs on."""
        return tuple(one for one in self.answers if feature in one.question.features)
