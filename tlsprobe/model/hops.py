"""What was asked of each hop on the way to an endpoint, and what came back: the facts of a trace.

A packet that may cross k routers is dropped by the k-th one, which says so if it pleases. Whoever
answers a packet of TTL k in the endpoint's name stands at hop k at the latest. Hops are counted
from 1, the first router; the endpoint itself is the last of them.
"""

from enum import Enum

from msgspec import Struct

MAX_HOPS = 30
WHOLE_WAY = 64
"""The TTL of packets that are meant to arrive."""
REFERENCE_PORT = 80
CONNECTIONS = 16
"""That a trace makes to an endpoint at most."""
LEAST = 10
"""With fewer no box could be told from routes of unequal length."""
_INITIAL_TTLS = (64, 128, 255)
"""What systems begin with; nobody is more than some thirty hops away."""


class Wish(Struct, frozen=True, kw_only=True):
    """What a trace is to find out, and how far it may go."""

    reference_port: int = REFERENCE_PORT
    max_hops: int = MAX_HOPS
    floor_ms: float | None = None
    names: bool = False
    """Whether the reverse DNS is asked what the routers are called."""


class Kind(Enum):
    """What was sent."""

    TCP = "tcp"
    """A SYN to the endpoint's port."""
    REFERENCE = "tcp-reference"
    """A SYN to another port of the same address."""
    UDP = "udp"
    """A datagram to a port that nobody uses, as traceroute sends it."""
    ECHO = "icmp-echo"
    TLS = "tls"
    """A ClientHello, over a connection that stood already."""


class Reply(Enum):
    """What came back."""

    ANSWERED = "answered"
    """An answer in the endpoint's name: SYN-ACK, port unreachable, echo reply, TLS."""
    REFUSED = "refused"
    """An answer in its name that will not have it: RST, an end, or bytes that are not TLS."""
    EXPIRED = "expired"
    """A router dropped it, as its TTL had run out."""
    REJECTED = "rejected"
    """A router would not pass it on."""
    SILENT = "silent"
    UNSENT = "not-sent"
    """This machine did not send it."""


ENDINGS = frozenset((Reply.ANSWERED, Reply.REFUSED))


class Step(Struct, frozen=True, kw_only=True):
    """One packet and its fate."""

    ttl: int
    reply: Reply
    address: str | None = None
    """Who replied, where that can be told: a router, or the endpoint."""
    ms: float | None = None
    """Milliseconds until the reply."""
    back_ttl: int | None = None
    """What was left of the reply's own TTL."""

    @property
    def ended(self) -> bool:
        """Whether it came to somebody who speaks for the endpoint."""
        return self.reply in ENDINGS

    @property
    def back(self) -> int | None:
        """Hops that the reply came over, by its TTL and the next value that systems begin with."""
        if self.back_ttl is None:
            return None
        return next(one for one in _INITIAL_TTLS if one >= self.back_ttl) - self.back_ttl + 1


class Sweep(Struct, frozen=True, kw_only=True):
    """One kind of packet, sent with every TTL up to the one that was answered."""

    kind: Kind
    port: int | None = None
    steps: tuple[Step, ...] = ()
    """By TTL. Those above the answered one were not all sent."""
    again: tuple[Step, ...] = ()
    """The same once more over other flows, at the TTLs that matter, and over the whole way."""
    lacked: str = ""
    """Why it could not be asked."""

    @property
    def ends_at(self) -> int | None:
        """The smallest TTL that came to an end; None where none did."""
        ended = (one.ttl for one in (*self.steps, *self.again) if one.ended)
        return min((ttl for ttl in ended if ttl != WHOLE_WAY), default=None)

    @property
    def times(self) -> tuple[float, ...]:
        """Milliseconds that each answer took."""
        return tuple(
            one.ms for one in (*self.steps, *self.again) if one.ended and one.ms is not None
        )

    @property
    def back(self) -> int | None:
        """Hops that answers came back over: the fewest of them."""
        backs = [one.back for one in (*self.steps, *self.again) if one.ended]
        return min((one for one in backs if one is not None), default=None)

    @property
    def answers_all(self) -> bool:
        """Whether all that were meant to arrive were answered: then silence tells that one did not arrive.

        Systems limit how often they answer (Linux: six ICMP errors at once, then one a second), so one that
        arrived may stay without an answer, and one of a greater TTL get one.
        """
        whole = self.at(WHOLE_WAY)
        return bool(whole) and all(one.ended for one in whole)

    def at(self, ttl: int) -> tuple[Step, ...]:
        """All packets of that TTL."""
        return tuple(one for one in (*self.steps, *self.again) if one.ttl == ttl)


class Hops(Struct, frozen=True, kw_only=True):
    """A trace of the way to one address."""

    address: str
    port: int
    sweeps: tuple[Sweep, ...] = ()
    names: tuple[tuple[str, str], ...] = ()
    """Addresses and what the reverse DNS calls them: told by whoever owns the address."""
    floor_ms: float | None = None
    """Milliseconds that light needs to the place and back, as the user says."""
    untold: bool = False
    """Whether too few connections were allowed to ask every hop before the one that was found to read
    along."""
    unavailable: str = ""
    """Why nothing could be traced."""

    def of(self, kind: Kind) -> Sweep:
        """What was asked in that way; an empty sweep where nothing was."""
        return next((one for one in self.sweeps if one.kind is kind), Sweep(kind=kind))

    @property
    def reaches(self) -> int:
        """The farthest hop that anything is known of."""
        seen = (
            one.ttl
            for sweep in self.sweeps
            for one in sweep.steps
            if one.reply not in (Reply.SILENT, Reply.UNSENT)
        )
        return max(seen, default=0)

    def router(self, ttl: int) -> str | None:
        """Who dropped packets at that hop: the address that most of them name, the first of equals."""
        told = [
            one.address
            for sweep in self.sweeps
            for one in sweep.at(ttl)
            if one.reply is Reply.EXPIRED and one.address is not None
        ]
        return max(dict.fromkeys(told), key=told.count, default=None)
