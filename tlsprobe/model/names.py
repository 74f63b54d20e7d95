"""What resolvers say of a name: facts that no handshake shows, and that explain many a failed one.

Answers differ honestly. Content networks answer by where one asks from, the owner of a network answers
for his own endpoints in it, and caches are of different ages. So answers are compared by what kind of
answer they are, never by their addresses.
"""

from enum import Enum

from msgspec import Struct

from tlsprobe.model.address_kinds import AddressKind, kind_of

NO_ERROR = "NOERROR"
UNKNOWN = "NXDOMAIN"


class Sort(Enum):
    """What kind of answer one is."""

    PUBLIC = "public addresses"
    """Some address that everybody can reach."""
    INTERNAL = "addresses of no public network"
    NOTHING = "no address"
    """With authority: the name is unknown, or has no address."""
    NO_ANSWER = "no answer"
    """None came, or the resolver said that it could not or would not tell."""


class NameAnswer(Struct, frozen=True, kw_only=True):
    """What one resolver says of a name, IPv4 and IPv6 together."""

    resolver: str
    """Its ``address:port``."""
    addresses: tuple[str, ...] = ()
    """A before AAAA, each in the order answered."""
    aliases: tuple[str, ...] = ()
    """The names that CNAMEs lead to, in their order, in lower case, without the final dot."""
    rcode: str | None = None
    """IANA's name for the outcome, ``NOERROR`` where either question had it; None without an answer."""
    ttl: int | None = None
    """Seconds that the shortest-lived of its records may be kept; None without any."""
    elapsed: float = 0.0
    """Milliseconds until both answers were there, or were given up."""
    failure: str = ""
    """Why an answer, of one question or of both, did not come, in words; empty where both came."""
    invented: tuple[str, ...] = ()
    """The addresses that it gave for a name that nobody has."""

    @property
    def sort(self) -> Sort:
        """What kind of answer it is."""
        if self.addresses:
            kinds = map(kind_of, self.addresses)
            return Sort.PUBLIC if AddressKind.PUBLIC in kinds else Sort.INTERNAL
        if self.rcode == UNKNOWN or (self.rcode == NO_ERROR and not self.failure):
            return Sort.NOTHING
        return Sort.NO_ANSWER


class NameAnswers(Struct, frozen=True, kw_only=True):
    """What was said of one name, by everybody who was asked."""

    resolvers: tuple[NameAnswer, ...] = ()
    """In the order configured, then as given."""
    system: tuple[str, ...] = ()
    """What this machine makes of it, by whatever it asks: resolvers, the hosts file, mDNS."""
    hosts_file: tuple[str, ...] = ()
    """What the hosts file of this machine says."""
    invented_name: str = ""
    """The name that nobody has, which each resolver was asked for as well; empty where none was."""

    @property
    def addresses(self) -> tuple[str, ...]:
        """Every address that somebody named, each once."""
        answered = (one for answer in self.resolvers for one in answer.addresses)
        return tuple(dict.fromkeys((*self.system, *self.hosts_file, *answered)))
