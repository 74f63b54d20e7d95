"""One handshake with one endpoint, at one time, over one route: all that a check may look at."""

from datetime import UTC, datetime
from enum import Enum

from msgspec import Struct

from tlsprobe.certs.certificate import Certificate
from tlsprobe.certs.cut_certificate import CutCertificate
from tlsprobe.certs.sct import Sct
from tlsprobe.handshake.summary import Handshake
from tlsprobe.model.canary import Canary
from tlsprobe.model.hops import Hops
from tlsprobe.model.names import NameAnswers
from tlsprobe.model.proxy_reply import ProxyReply
from tlsprobe.model.revocation import Lookups

FIRST_DAY = datetime(1995, 1, 1, tzinfo=UTC)
"""No TLS is older than SSL 2.0: what a capture dates before that, it has no time for."""


class Target(Struct, frozen=True, kw_only=True):
    """An endpoint and the route to it, as it was asked for."""

    host: str
    """The name (or address) that the user means: what the certificate must cover."""
    port: int = 443
    sni: str | None = None
    """The name sent in server_name; None when none is sent (RFC 6066 section 3)."""
    address: str | None = None
    """The address connected to; None while it is not known."""
    via: str | None = None
    """The proxy, as a URL without credentials."""


class Stage(Enum):
    """How far a connection had come when it failed."""

    DNS = "dns"
    TCP = "tcp"
    PROXY = "proxy"
    TLS = "tls"
    HTTP = "http"
    """Of a question over plain HTTP."""


class FailureKind(Enum):
    """What the network did, in one word. The words are part of the JSON and never renamed."""

    UNKNOWN_HOST = "unknown-host"
    RESOLVER_FAILED = "resolver-failed"
    REFUSED = "refused"
    UNREACHABLE = "unreachable"
    RESET = "reset"
    CLOSED = "closed"
    """The peer closed in order before it had answered."""
    SILENCE = "silence"
    """Nothing came before the deadline."""
    DRIP = "drip"
    """Bytes came, but too slowly to end before the deadline."""
    ENDLESS = "endless"
    """More bytes came than any handshake needs."""
    ALERT = "alert"
    PLAINTEXT_HTTP = "plaintext-http"
    GARBAGE = "garbage"
    """Bytes that are neither TLS nor HTTP."""
    MALFORMED = "malformed"
    """TLS records, but no handshake that can be read."""
    OTHER_CONTENT = "other-content"
    """Something else came by HTTP than what lies there, such as a page in a list's place."""
    LOCAL = "local"
    """This machine would not: no permission, no free port or descriptor, or its TLS library."""
    PROXY_DENIED = "proxy-denied"
    """The proxy will not: 403 and its like, a page in the way, SOCKS "not allowed by ruleset"."""
    PROXY_FAILED = "proxy-failed"
    """The proxy would, but came to no connection: 502 to 504, SOCKS "host unreachable" and others."""
    LOGIN_REQUIRED = "login-required"
    """The proxy asks for a login (407), and none was given."""
    LOGIN_REFUSED = "login-refused"
    LOGIN_UNSUPPORTED = "login-unsupported"
    """The proxy takes only logins of kinds that are not spoken here."""
    UNTRUSTED_PROXY = "untrusted-proxy"
    """TLS to the proxy itself did not come about, or its certificate is not trusted."""


class Failure(Struct, frozen=True, kw_only=True):
    """Why no handshake came about. A value, never an exception: a reset is evidence too."""

    stage: Stage
    kind: FailureKind
    detail: str
    reply: ProxyReply | None = None
    """What the proxy said, where it said something and this is why."""

    @property
    def of_portal(self) -> bool:
        """Whether what was answered is what a captive portal answers, as `detail` says then."""
        return "captive portal" in self.detail


class Unreached(Struct, frozen=True):
    """Another address of the name, that was tried in vain."""

    address: str
    failure: Failure
    instead: str | None = None
    """The address that stood; None where none did."""


class Slower(Struct, frozen=True):
    """Another address of the name, that stood as well, and too late to be taken. Nothing is wrong with it."""

    address: str
    took: float
    """Milliseconds until it stood."""
    instead: str
    """The address that was taken."""
    instead_took: float
    """Milliseconds until that one stood."""


class Timings(Struct, frozen=True, kw_only=True):
    """How long each phase took, in milliseconds on the monotonic clock; None where it was not."""

    dns: float | None = None
    tcp: float | None = None
    """To the endpoint, or to the proxy before it."""
    proxy: float | None = None
    """From there until the proxy had connected, and before that to find the proxy's address."""
    tls: float | None = None
    """From the first byte of the hello until the reader had what it needed, or until it failed: how
    soon a reset comes says where it comes from."""


class SourceKind(Enum):
    """Who made the handshake."""

    __hash__ = object.__hash__  # members are singletons; Enum would hash the name, in Python

    PROBE = "probe"
    """Our raw prober, which reads as far as the certificate and its proof."""
    SECOND_OPINION = "second-opinion"
    """A TLS library that finished its handshake."""
    OTHER_HELLO = "other-hello"
    """Our raw prober, with another hello to the same endpoint."""
    OTHER_NAME = "other-name"
    """Our raw prober at the same address, under a name that nobody has, or under none."""
    OTHER_OWNER = "other-owner"
    """Our raw prober at the same address, under a name that an unrelated owner has."""
    NOWHERE = "nowhere"
    """Our raw prober, at an address that nobody has, under a name that nobody has."""
    OTHER_ROUTE = "other-route"
    """Our raw prober, at the same endpoint over another route."""
    CAPTURE = "capture"
    BASELINE = "baseline"
    """Our raw prober, at another place or time that the caller vouches for."""


class Change(Enum):
    """In what a hello differs from the one that was sent first."""

    CLIENT = "client"
    """Another client's hello."""
    KEY_KIND = "key-kind"
    """It accepts one kind of server key only."""
    SEGMENTS = "segments"
    """The same, in two TCP segments."""
    RECORDS = "records"
    """The same, in two records."""
    SIZE = "size"
    """The same, filled up to another size."""
    LACKS = "lacks"
    """Another client's hello without one thing."""


class Variation(Struct, frozen=True, kw_only=True):
    """What is special about a hello that was sent beside the first."""

    change: Change
    size: int
    """Bytes of its handshake message."""
    lacks: str = ""
    """What was left out."""


class HelloSize(Struct, frozen=True):
    """How much was sent at once: boxes that expect a hello in one packet fail on one in two."""

    size: int
    """Bytes of the hello, with the head of its record."""
    segment_size: int | None
    """Bytes that one TCP segment carried at most on this way; None where the system does not tell."""

    @property
    def segments(self) -> int | None:
        """How many TCP segments it takes at least."""
        return -(-self.size // self.segment_size) if self.segment_size else None


class Opinion(Struct, frozen=True, kw_only=True):
    """What a TLS library thought of the peer, after its own whole handshake."""

    library: str
    completed: bool
    chain_sha256: tuple[str, ...]
    """SHA-256 of the certificates that it was presented, leaf first, in hex."""
    public_error: str | None
    """Why its verifier refuses the chain against the public roots; None where it accepts."""
    machine_error: str | None
    """The same against the machine's own store; None also where no store was given."""
    detail: str = ""


class Fingerprints(Struct, frozen=True, kw_only=True):
    """Fingerprints of what was sent and answered; None where the message was not seen."""

    ja3: str | None = None
    ja3s: str | None = None
    ja4: str | None = None


class Captured(Struct, frozen=True, kw_only=True):
    """Where in a capture a handshake stood, and what its packets tell beside their payload."""

    file: str
    """As the caller named it; ``-`` is stdin."""
    stream: int
    """Number of the TCP connection in the file, from 0, in order of first packets."""
    frame: int
    """Number of the packet that begins the ClientHello, from 1; of the first that was read where the
    hello is missing."""
    client: str
    """`address:port`."""
    server: str
    """`address:port` of whom the client spoke to: the endpoint, or the proxy before it."""
    prelude: str | None = None
    """What was spoken before TLS: `connect`, `socks4`, `socks5`, or the protocol of a STARTTLS."""
    complete: bool = True
    """Whether the capture shows both directions from the start of TLS on."""
    comments: tuple[str, ...] = ()
    """Comments of the packets that were read: what took the capture may have noted a process."""
    syn_ack_ttl: int | None = None
    """TTL or hop limit of the SYN-ACK, as it arrived."""
    answer_ttl: int | None = None
    """The same of the packet that begins the server's answer to the hello."""
    overlaps: int = 0
    """Bytes that were sent twice and differently: the first ones count (RFC 9293 section 3.10.7.4), but
    for those whose checksum was wrong where that of the others is right."""
    disputed: int = 0
    """Of the server's among them, those of which checksums do not say which are right."""


class SctSource(Enum):
    """Where a timestamp stood (RFC 6962 section 3.3)."""

    CERTIFICATE = "certificate"
    TLS_EXTENSION = "tls-extension"
    OCSP_RESPONSE = "ocsp-response"


class PresentedSct(Struct, frozen=True):
    """A signed certificate timestamp and where it stood."""

    source: SctSource
    sct: Sct


class Observation(Struct, frozen=True, kw_only=True):
    """A handshake at a place and time."""

    target: Target
    source: SourceKind
    profile: str
    """Name of the hello that was sent."""
    taken: datetime
    """When it began; time-zone aware."""
    handshake: Handshake
    chain: tuple[Certificate, ...] = ()
    """As presented by the server, in wire order."""
    cut_leaf: CutCertificate | None = None
    """What came of the leaf where loss has cut it; then `chain` is empty."""
    scts: tuple[PresentedSct, ...] = ()
    """The leaf's timestamps, from every place where they can stand."""
    fingerprints: Fingerprints = Fingerprints()
    failure: Failure | None = None
    timings: Timings = Timings()
    opinion: Opinion | None = None
    """Set on a second opinion only."""
    variation: Variation | None = None
    """Set on looks with another hello only."""
    captured: Captured | None = None
    """Set where a capture shows the handshake."""
    hops: Hops | None = None
    """A trace of the way to the address, where one was asked for."""
    canary: Canary | None = None
    """Set where the endpoint is a canary of the caller's, and was asked what reached it."""
    proxy: ProxyReply | None = None
    """What the proxy on the route answered, also where it let the connection through."""
    revocation: Lookups | None = None
    """What came of asking whether the chain has been revoked; None where nobody asked."""
    names: NameAnswers | None = None
    """What each resolver says of the target's name; None where they were not asked."""
    unreached: tuple[Unreached, ...] = ()
    """Other addresses of the name that were tried in vain before this one, or beside it."""
    slower: tuple[Slower, ...] = ()
    """Other addresses of the name that stood beside this one, and later."""
    left_out: tuple[str, ...] = ()
    """Further looks that were wanted, and that the connections allowed for an endpoint left no room for."""
    jarm: str | None = None
    """How the endpoint answers ten hellos that are the same for everybody; None where nobody asked."""
    hello_size: HelloSize | None = None
    """Set where we sent the hello."""

    @property
    def timeless(self) -> bool:
        """Whether it has no time: some formats of captures keep none."""
        return self.taken < FIRST_DAY
