"""What was expected: everything that observations are held against, each with its date and origin."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum
from functools import lru_cache

from tlsprobe.certs.trust import TrustStore
from tlsprobe.model.observation import Observation


class Issuance(Enum):
    """Which kind of CA signs for a name."""

    PUBLIC = "public"
    """A CA of the public root programmes."""
    PRIVATE = "private"
    """The owner's own PKI."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectation:
    """What is known of the names of one owner."""

    names: tuple[str, ...]
    """Host names in lower case; ``*.example.com`` covers every name below it, at any depth."""
    owner: str
    issuance: Issuance = Issuance.PUBLIC
    ca_keys: frozenset[bytes] = frozenset()
    """SHA-256 of the SPKI of every CA key that may sign for it; empty where not known."""
    pins: frozenset[bytes] = frozenset()
    """SHA-256 of the SPKI of keys that clients of this endpoint pin."""
    as_of: date
    origin: str


class Expectations:
    """Expectations, found by host name. Compared by identity.

    Each argument is a group; an earlier group wins over a later one, whatever its names. Within a
    group an exact name wins over a wildcard, a longer wildcard over a shorter one, and the first
    entry over the others of the same name.
    """

    __slots__ = ("_entries", "_groups")

    def __init__(self, *groups: Iterable[Expectation]) -> None:
        entered = tuple(tuple(group) for group in groups)
        self._entries = tuple(entry for group in entered for entry in group)
        self._groups = tuple(_by_name(group) for group in entered if group)

    def __iter__(self) -> Iterator[Expectation]:
        """Every expectation, those that win before those that yield."""
        return iter(self._entries)

    def __len__(self) -> int:
        """The number of expectations."""
        return len(self._entries)

    def of(self, host: str) -> Expectation | None:
        """What is expected of `host`, in any case and with or without the final dot."""
        name = host_key(host)
        for group in self._groups:
            expectation = group.get(name)
            at = name.find(".")
            while expectation is None and at >= 0:
                expectation = group.get("*" + name[at:])
                at = name.find(".", at + 1)
            if expectation is not None:
                return expectation
        return None


def _by_name(group: Iterable[Expectation]) -> dict[str, Expectation]:
    index: dict[str, Expectation] = {}
    for expectation in group:
        for name in expectation.names:
            index.setdefault(name, expectation)
    return index


class Confidence(Enum):
    """How sure it is that a product writes a name, best first."""

    DOCUMENTED = "documented"
    """By its vendor or by a browser's own list."""
    OBSERVED = "observed"
    """In chains that somebody published."""
    WEAK = "weak"
    """A vendor's name in a field that customers usually fill themselves."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuerLabel:
    """A product known by the issuer names it writes. It names; it never decides."""

    vendor: str
    product: str
    category: str
    patterns: tuple[tuple[str, str], ...]
    """(field, regular expression) pairs as `model.naming` reads them: ``issuer.cn``, ``chain.o``."""
    every: bool = True
    """All patterns must match; otherwise one is enough."""
    confidence: Confidence = Confidence.DOCUMENTED
    as_of: date
    origin: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """All that checks hold an observation against. It carries the clock: `as_of` is "now"."""

    as_of: datetime
    public: TrustStore
    """CA keys that count as public."""
    added: TrustStore | None = None
    """The part of `public` that only the caller counts as such (``--ca-file``)."""
    machine: TrustStore | None = None
    """The machine's own store; None where it could not be read or was not asked for."""
    expectations: Expectations = Expectations()
    labels: tuple[IssuerLabel, ...] = ()
    pins: Mapping[str, frozenset[bytes]] = field(default_factory=dict[str, frozenset[bytes]])
    """Pins of the caller by host name, in lower case; the key "" holds for every host."""
    controls: tuple[Observation, ...] = ()
    """Other observations of the same endpoint: another library, route, name, place or day."""


def expectation_for(reference: Reference, host: str) -> Expectation | None:
    """What is expected of `host`; None where nothing is known of it."""
    return _expected(reference.expectations, host)


@lru_cache(maxsize=64)
def _expected(expectations: Expectations, host: str) -> Expectation | None:
    """Remembered for a while: one check after another asks of the same host."""
    return expectations.of(host)


def pins_for(reference: Reference, host: str) -> frozenset[bytes]:
    """The pins that apply to `host`: the caller's own, or else those of its expectation.

    The caller's win as a whole: were both counted, a key of the reference could hide that a pin
    which the caller gave is broken.
    """
    given = reference.pins.get("", frozenset()) | reference.pins.get(host_key(host), frozenset())
    if given:
        return given
    expectation = expectation_for(reference, host)
    return frozenset() if expectation is None else expectation.pins


def host_key(host: str) -> str:
    """The one spelling under which a host is looked up: lower case, without the final dot."""
    return host.lower().removesuffix(".")
