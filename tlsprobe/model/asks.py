"""Whom to ask for what, by the cause: a firewall opens no port for a name that its resolver made up.

Many causes are nobody's to mend but the service's own, or those of whoever runs the machine. Of these
nothing is asked.
"""

from collections.abc import Mapping
from enum import Enum

from tlsprobe.model.cause_kinds import CauseKind
from tlsprobe.model.survey import Answer
from tlsprobe.model.verdict import Conclusion


class Reader(Enum):
    """Who can do something about it. The words are part of the JSON."""

    INSPECTION = "inspection"
    FIREWALL = "firewall"
    NETWORK = "network"
    RESOLVERS = "resolvers"
    PROXY = "proxy"


class Ask(Enum):
    """What is asked. The words are part of the JSON and never renamed; their order is the request's."""

    EXEMPT = "exempt"
    """To leave names out of TLS inspection."""
    UNOPENED = "unopened"
    """To let TLS come to the service, where an intermediary with a public certificate ends it."""
    CONNECT = "connect"
    """To let connections through."""
    LET_THROUGH = "let-through"
    """To let through what is sent on connections that do come about."""
    TLS_UNCHANGED = "tls-unchanged"
    """To let hellos and answers through as they are, where only old TLS is spoken."""
    LOOKUPS = "lookups"
    """To let lookups of revocation through, on port 80 as a rule."""
    PORTAL = "portal"
    """To let the machine through without a portal's login."""
    RESOLVE = "resolve"
    """To let names lead where they lead on the internet."""
    RESOLVERS = "resolvers"
    """To mend resolvers that answer nothing."""
    RESOLVERS_STEADY = "resolvers-steady"
    """To have resolvers answer each time, that answer now and then."""
    PROXY_ALLOW = "proxy-allow"
    """To let the proxy pass names that it refuses."""
    PROXY_NO_LOGIN = "proxy-no-login"
    """To let names pass the proxy without a login."""
    PROXY_VALID_LOGIN = "proxy-valid-login"
    """To make a login valid that the proxy does not take."""
    PROXY_CERTIFICATE = "proxy-certificate"
    """To mend the certificate of the proxy itself."""
    PROXY_ONWARD = "proxy-onward"
    """To let the proxy itself come to the endpoints."""
    PROXY_REACH = "proxy-reach"
    """To let the machine come to the proxy."""
    LARGE_HELLO = "large-hello"
    """To let hellos of more than one packet through."""
    BOTH_FAMILIES = "both-families"
    """To let IPv4 and IPv6 alike through."""

    @property
    def reader(self) -> Reader:
        """Whom it is asked of."""
        return _READERS[self]

    @property
    def of_all_alike(self) -> bool:
        """Whether it is one thing that has to be mended, whatever names are asked for."""
        return self in _ONE_THING

    @property
    def before_it_fails(self) -> bool:
        """Whether it is worth asking though the service itself may not fail by it yet."""
        return self in (Ask.LARGE_HELLO, Ask.BOTH_FAMILIES)


_ONE_THING = frozenset((Ask.RESOLVERS, Ask.PROXY_CERTIFICATE, Ask.PROXY_REACH))
_READERS: Mapping[Ask, Reader] = {
    Ask.EXEMPT: Reader.INSPECTION,
    Ask.UNOPENED: Reader.NETWORK,
    Ask.CONNECT: Reader.FIREWALL,
    Ask.LET_THROUGH: Reader.FIREWALL,
    Ask.TLS_UNCHANGED: Reader.FIREWALL,
    Ask.LOOKUPS: Reader.FIREWALL,
    Ask.PORTAL: Reader.NETWORK,
    Ask.RESOLVE: Reader.RESOLVERS,
    Ask.RESOLVERS: Reader.RESOLVERS,
    Ask.RESOLVERS_STEADY: Reader.RESOLVERS,
    Ask.PROXY_ALLOW: Reader.PROXY,
    Ask.PROXY_NO_LOGIN: Reader.PROXY,
    Ask.PROXY_VALID_LOGIN: Reader.PROXY,
    Ask.PROXY_CERTIFICATE: Reader.PROXY,
    Ask.PROXY_ONWARD: Reader.PROXY,
    Ask.PROXY_REACH: Reader.PROXY,
    Ask.LARGE_HELLO: Reader.FIREWALL,
    Ask.BOTH_FAMILIES: Reader.NETWORK,
}
ASKS: Mapping[CauseKind, Ask | None] = {
    CauseKind.INSPECTED: Ask.EXEMPT,
    CauseKind.PARTLY_INSPECTED: Ask.EXEMPT,
    CauseKind.CLIENT_CERTIFICATE_LOST: Ask.EXEMPT,
    CauseKind.PROXY_INSPECTS: Ask.EXEMPT,
    CauseKind.DIRECT_INSPECTED: Ask.EXEMPT,
    CauseKind.TERMINATED: Ask.UNOPENED,
    CauseKind.CAPTIVE_PORTAL: Ask.PORTAL,
    CauseKind.DNS_REWRITTEN: Ask.RESOLVE,
    CauseKind.DNS_DISAGREE: Ask.RESOLVE,
    CauseKind.DNS_PRIVATE: Ask.RESOLVE,
    CauseKind.DNS_SHARED_ADDRESS: Ask.RESOLVE,
    CauseKind.DNS_NXDOMAIN: Ask.RESOLVE,
    CauseKind.DNS_SILENT: Ask.RESOLVERS,
    CauseKind.DNS_UNSTEADY: Ask.RESOLVERS_STEADY,
    CauseKind.PROXY_DENIED: Ask.PROXY_ALLOW,
    CauseKind.PROXY_LOGIN: Ask.PROXY_NO_LOGIN,
    CauseKind.PROXY_LOGIN_UNSUPPORTED: Ask.PROXY_NO_LOGIN,
    CauseKind.PROXY_LOGIN_REFUSED: Ask.PROXY_VALID_LOGIN,
    CauseKind.PROXY_UNTRUSTED: Ask.PROXY_CERTIFICATE,
    CauseKind.PROXY_FAILED: Ask.PROXY_ONWARD,
    CauseKind.PROXY_UNREACHABLE: Ask.PROXY_REACH,
    CauseKind.PORT_DROPPED: Ask.CONNECT,
    CauseKind.PORT_RESET: Ask.CONNECT,
    CauseKind.UNREACHABLE: Ask.CONNECT,
    CauseKind.HELLO_DROPPED: Ask.LET_THROUGH,
    CauseKind.HELLO_RESET: Ask.LET_THROUGH,
    CauseKind.PLAIN_HTTP: Ask.LET_THROUGH,
    CauseKind.NO_TLS: Ask.LET_THROUGH,
    CauseKind.NO_HTTP: Ask.LET_THROUGH,
    CauseKind.TLS_REFUSED: Ask.LET_THROUGH,
    CauseKind.TLS_TOO_OLD: Ask.TLS_UNCHANGED,
    CauseKind.HELLO_TOO_LARGE: Ask.LARGE_HELLO,
    CauseKind.LOOKUPS_BLOCKED: Ask.LOOKUPS,
    CauseKind.CRL_BLOCKED: Ask.LOOKUPS,
    CauseKind.OCSP_BLOCKED: Ask.LOOKUPS,
    CauseKind.ISSUER_BLOCKED: Ask.LOOKUPS,
    CauseKind.ADDRESS_FAMILY: Ask.BOTH_FAMILIES,
    # The machine's own: its settings, its clock, its store.
    CauseKind.HOSTS_FILE: None,
    CauseKind.PROXY_NOT_USED: None,
    CauseKind.THIS_MACHINE: None,
    CauseKind.CLOCK: None,
    CauseKind.STALE_STORE: None,
    CauseKind.GIVEN_ROOT: None,
    # The service's own: its certificates and keys, and what is said of them.
    CauseKind.PIN_ROTATED: None,
    CauseKind.REVOKED: None,
    CauseKind.REVOCATION_UNFIT: None,
    CauseKind.EXPIRED: None,
    CauseKind.NOT_YET_VALID: None,
    CauseKind.MISSING_INTERMEDIATE: None,
    CauseKind.WRONG_NAME: None,
    CauseKind.SERVER_FAULT: None,
    # Not known to do harm, or not known to be the network's.
    CauseKind.DNS_ONE_SILENT: None,
    CauseKind.HELLO_REFUSED: None,
    CauseKind.ENDS_NEARER: None,
    CauseKind.UNDECIDED: None,
}
"""What is asked because of each; None where no network can mend it."""
_ANYBODYS = frozenset(
    (
        CauseKind.DNS_ONE_SILENT, CauseKind.HELLO_REFUSED, CauseKind.ENDS_NEARER,
        CauseKind.UNDECIDED,
    )
)  # fmt: skip
"""Nothing is asked because of them, and still they may be the network's."""


def no_networks(kind: CauseKind, answer: Answer) -> bool:
    """Whether a cause at that endpoint is known to be the service's own, or the machine's."""
    return asked_for(kind, answer) is None and kind not in _ANYBODYS


def asked_for(kind: CauseKind, answer: Answer) -> Ask | None:
    """What is asked because of this cause at that endpoint; None where no network can mend it.

    Where the owner himself is seen to answer with old TLS, it is his.
    """
    if kind is CauseKind.TLS_TOO_OLD and answer.conclusion is not Conclusion.BLOCKED:
        return None
    return ASKS.get(kind)
