"""What was expected: everything that observations are held against, each with its date and origin.

An observation may be older than what is known: captures are. Who owns a name, and which kind of CA
signs for it, stays true for as long as the name is used. Keys, pins and what a server chooses change
from year to year, so they are only missed in observations that are not much older than the fact; a
key of the owner's that *is* there speaks for him at any time.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from enum import Enum
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple, Protocol

from msgspec import Struct, field

from tlsprobe.certs.ct_log import LogList
from tlsprobe.certs.trust import KnownCA, TrustStore
from tlsprobe.model.baselines import Baseline
from tlsprobe.model.observation import Observation

if TYPE_CHECKING:  # it looks expectations up, and so it imports this
    from tlsprobe.model.company import Company

REACH = timedelta(days=366)
"""How far from its date a fact holds that changes with the years: about as long as public leafs
have lived since 2020 (398 days)."""
SHELF_LIFE = timedelta(days=366)
"""How long after its day a list of CAs can be held against one that is not in it. Owners tell of new
roots about a year ahead (Microsoft's Message Center, MC1193408; its list of Azure's CAs), so a younger
list has them before they sign; an older one says that it is old, and accuses nobody."""
LISTED_SINCE = datetime(2014, 1, 1, tzinfo=UTC)
"""CAs that had gone before then are not all in the CCADB, which began with what there was in 2014."""


class Issuance(Enum):
    """Which kind of CA signs for a name."""

    PUBLIC = "public"
    """A CA of the public root programmes."""
    PRIVATE = "private"
    """The owner's own PKI."""


class Choices(Struct, frozen=True, kw_only=True):
    """What a server chooses of what clients offer; an empty set says nothing."""

    versions: frozenset[int] = frozenset()
    """Versions that it speaks, such as 0x0304."""
    groups: frozenset[int] = frozenset()
    """Groups of its key exchange in TLS 1.3, where a client offers one of them."""
    alpn: frozenset[bytes] = frozenset()
    """Protocols that it selects where a client offers some; ``b""`` stands for none."""
    cipher_suites: frozenset[int] = frozenset()
    """Cipher suites of TLS 1.3 that it selects, where a client offers one of them."""
    extended_master_secret: bool | None = None
    """Whether it agrees to one before TLS 1.3 (RFC 7627); None where that is not known."""
    several_names: bool | None = None
    """Whether the leaf that it shows is for several names or for a wildcard."""
    as_of: date
    origin: str

    def hold_at(self, moment: datetime) -> bool:
        """Whether they say anything of `moment`: servers are changed."""
        return abs(moment.date() - self.as_of) <= REACH


class Use(NamedTuple):
    """What a feature of a cloud needs of an endpoint, in the words of its owner's documents."""

    feature: str
    requirement: str
    inspection: str
    """What the owner says of breaking the TLS up on the way: ``unsupported``, ``must-avoid``,
    ``may-fail``, ``required-by-feature``, ``not-stated``."""
    client_certificate: str
    """Whether the server asks for one: ``mutual-tls``, ``mutual-tls-for-device-or-user-certificates``,
    ``no-mtls-documented``, ``no``, ``not-stated``."""

    @property
    def asks_for_certificate(self) -> bool:
        """Whether the client shows a certificate of its own there, which nobody else can pass on."""
        return self.client_certificate.startswith("mutual-tls")


class Expectation(Struct, frozen=True, kw_only=True):
    """What is known of the names of one owner."""

    names: tuple[str, ...]
    """Host names in lower case; ``*.example.com`` covers every name below it, at any depth."""
    owner: str
    issuance: Issuance = Issuance.PUBLIC
    ca_keys: frozenset[bytes] = frozenset()
    """SHA-256 of the SPKI of CA keys that sign for it; empty where not known."""
    all_keys: bool = True
    """Whether no other key signs for it. Where that is not known, a key that is there speaks for the
    owner, and one that is not there against nobody."""
    keys_as_of: date | None = None
    """The day of `ca_keys`; None where it is that of the entry."""
    keys_origin: str = ""
    """Who says so; empty where it is who speaks of the names."""
    least_version: int | None = None
    """The oldest version of TLS that it accepts, such as 0x0303; None where that is not known."""
    uses: tuple[Use, ...] = ()
    """What it is needed for."""
    pins: frozenset[bytes] = frozenset()
    """SHA-256 of the SPKI of keys that clients of this endpoint pin."""
    choices: Choices | None = None
    given: bool = False
    """Whether the caller himself wrote it down, and so knows of the CAs that he added."""
    as_of: date
    origin: str

    def settled_at(self, moment: datetime) -> bool:
        """Whether its keys and pins can be missed at `moment`, or may have come in later."""
        return moment.date() >= self.known_since - REACH

    def overdue_at(self, moment: datetime) -> bool:
        """Whether its keys are too old at `moment` to be held against one that is not among them."""
        return moment.date() > self.known_since + SHELF_LIFE

    @property
    def known_since(self) -> date:
        """The day of its keys and pins."""
        return self.keys_as_of or self.as_of

    @property
    def house(self) -> str:
        """The owner without what stands in brackets behind him, which is a part of his house."""
        return self.owner.partition(" (")[0]


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


class IssuerLabel(Struct, frozen=True, kw_only=True, eq=False):
    """A product known by the issuer names it writes. It names; it never decides.

    Compared and hashed by identity, so that what was looked up among many can be remembered.
    """

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


class ListedCAs(Protocol):
    """CAs of the public programmes, of which keys and key identifiers are known by a list only."""

    def claimed(self, name_der: bytes, key_id: bytes) -> tuple[KnownCA, ...]:
        """Public CAs that bear both the encoded name and the key identifier."""
        ...

    def bearers(self, name_der: bytes) -> tuple[KnownCA, ...]:
        """Public CAs that bear the encoded name, by common name and organisation."""
        ...

    def lists(self, spki_sha256: bytes) -> bool:
        """Whether the key is listed at all, be it of a public CA or not."""
        ...


class CompromisedCA(Struct, frozen=True, kw_only=True):
    """A CA whose key vouches for nobody: everybody has it, or it was made to intercept.

    It is known by its key or by one of its certificates, whichever hash was published.
    """

    sha256: bytes
    of_certificate: bool = False
    """Whether that is the hash of a whole certificate, and not of the SPKI."""
    vendor: str
    product: str
    category: str
    checked: bool = True
    """Whether it is certain what was hashed. A list may say of a hash that it is of a key or of a
    file: such a one is no proof."""
    serves: bool = False
    """Whether the product's own servers have certificates by it as well."""
    as_of: date
    origin: str


class CaptivePortal(Struct, frozen=True, kw_only=True):
    """A network's page to log in at, which answers for every name until somebody has."""

    name: str
    as_of: date
    origin: str


class Reference(Struct, frozen=True, kw_only=True):
    """All that checks hold an observation against. It carries the clock: `as_of` is "now"."""

    as_of: datetime
    public: TrustStore
    """CA keys that count as public: roots, and CAs below them that a list has and that last still."""
    public_as_of: date | None = None
    """The day of the list of public CAs, by which each is found by key and key identifier; None where
    there is no list."""
    recorded: TrustStore | None = None
    """`public`, and with it every CA key that a root programme has ever vouched for: what counts for
    captures. They may be old, and have chains to CAs that have expired since. None: `public` counts for them too."""
    added: TrustStore | None = None
    """The part of `public` that only the caller counts as such (``--ca-file``)."""
    listed: ListedCAs | None = None
    """Every CA of the public programmes that is listed by its key's hash, the expired ones too: tells
    what a chain *claims*. Nothing is public by it, see `recorded` for that; None without a list."""
    machine: TrustStore | None = None
    """The machine's own store; None where it could not be read or was not asked for."""
    expectations: Expectations = Expectations()
    labels: tuple[IssuerLabel, ...] = ()
    ct_logs: LogList | None = None
    """The logs of certificate transparency; None where there is no list of them."""
    compromised: Mapping[bytes, CompromisedCA] = field(default_factory=dict[bytes, CompromisedCA])
    """CAs whose keys vouch for nobody, by the hash that each is known by."""
    portals: Mapping[bytes, CaptivePortal] = field(default_factory=dict[bytes, CaptivePortal])
    """Captive portals by the SHA-256 of the SPKI that they serve with."""
    pins: Mapping[str, frozenset[bytes]] = field(default_factory=dict[str, frozenset[bytes]])
    """Pins of the caller by host name, in lower case; the key "" holds for every host."""
    controls: tuple[Observation, ...] = ()
    """Other observations of the same endpoint: another library, route, name, place or day."""
    baseline: Baseline | None = None
    """What a clean place saw of this and other endpoints; what it saw of this one is among `controls`."""
    company: "Company | None" = None
    """What other sessions of the same run showed, so far."""


def expectation_for(reference: Reference, host: str) -> Expectation | None:
    """What is expected of `host`; None where nothing is known of it."""
    return _expected(reference.expectations, host)


@lru_cache(maxsize=1024)
def _expected(expectations: Expectations, host: str) -> Expectation | None:
    """Remembered for a while: one check after another asks of the same host, and one session too."""
    return expectations.of(host)


def pins_for(reference: Reference, host: str, at: datetime) -> frozenset[bytes]:
    """The pins that apply to `host` at that time: the caller's own, or else its expectation's.

    The caller's win as a whole: were both counted, a key of the reference could hide that a pin
    which the caller gave is broken.
    """
    given = reference.pins.get("", frozenset()) | reference.pins.get(host_key(host), frozenset())
    if given:
        return given
    expectation = expectation_for(reference, host)
    if expectation is None or not expectation.settled_at(at):
        return frozenset()
    return expectation.pins


def host_key(host: str) -> str:
    """The one spelling under which a host is looked up: lower case, without the final dot."""
    return host.lower().removesuffix(".")
