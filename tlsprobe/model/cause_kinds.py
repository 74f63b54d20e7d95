"""What may stand between a service and its endpoints, in words that programs can rely on."""

from collections.abc import Mapping
from enum import Enum

from tlsprobe.model.observation import FailureKind


class CauseKind(Enum):
    """One kind of cause. The words are part of the JSON and never renamed; their order is a report's."""

    INSPECTED = "inspected"
    PARTLY_INSPECTED = "partly-inspected"
    CLIENT_CERTIFICATE_LOST = "client-certificate-lost"
    PROXY_INSPECTS = "proxy-inspects"
    DIRECT_INSPECTED = "direct-inspected"
    TERMINATED = "terminated"
    PIN_ROTATED = "pin-rotated"
    CAPTIVE_PORTAL = "captive-portal"
    HOSTS_FILE = "hosts-file"
    DNS_REWRITTEN = "dns-rewritten"
    DNS_DISAGREE = "dns-disagree"
    DNS_PRIVATE = "dns-private"
    DNS_SHARED_ADDRESS = "dns-shared-address"
    DNS_NXDOMAIN = "dns-nxdomain"
    DNS_SILENT = "dns-silent"
    DNS_UNSTEADY = "dns-unsteady"
    DNS_ONE_SILENT = "dns-one-silent"
    PROXY_NOT_USED = "proxy-not-used"
    PROXY_DENIED = "proxy-denied"
    PROXY_LOGIN = "proxy-login"
    PROXY_LOGIN_REFUSED = "proxy-login-refused"
    PROXY_LOGIN_UNSUPPORTED = "proxy-login-unsupported"
    PROXY_UNTRUSTED = "proxy-untrusted"
    PROXY_FAILED = "proxy-failed"
    PROXY_UNREACHABLE = "proxy-unreachable"
    PORT_DROPPED = "port-dropped"
    PORT_RESET = "port-reset"
    UNREACHABLE = "unreachable"
    HELLO_DROPPED = "hello-dropped"
    HELLO_RESET = "hello-reset"
    PLAIN_HTTP = "plain-http"
    NO_TLS = "no-tls"
    NO_HTTP = "no-http"
    TLS_REFUSED = "tls-refused"
    TLS_TOO_OLD = "tls-too-old"
    HELLO_TOO_LARGE = "hello-too-large"
    HELLO_REFUSED = "hello-refused"
    LOOKUPS_BLOCKED = "lookups-blocked"
    CRL_BLOCKED = "crl-blocked"
    OCSP_BLOCKED = "ocsp-blocked"
    ISSUER_BLOCKED = "issuer-blocked"
    REVOCATION_UNFIT = "revocation-unfit"
    REVOKED = "revoked"
    CLOCK = "clock"
    EXPIRED = "expired"
    NOT_YET_VALID = "not-yet-valid"
    MISSING_INTERMEDIATE = "missing-intermediate"
    STALE_STORE = "stale-store"
    GIVEN_ROOT = "given-root"
    WRONG_NAME = "wrong-name"
    SERVER_FAULT = "server-fault"
    ADDRESS_FAMILY = "address-family"
    ENDS_NEARER = "ends-nearer"
    THIS_MACHINE = "this-machine"
    UNDECIDED = "undecided"

    @property
    def words(self) -> str:
        """The same as a clause that can be forwarded."""
        return _WORDS[self]


_WORDS: Mapping[CauseKind, str] = {
    CauseKind.INSPECTED: "somebody on the path decrypts TLS and signs it anew",
    CauseKind.PARTLY_INSPECTED: "somebody on the path decrypts the TLS of these names, and leaves"
    " others alone",
    CauseKind.CLIENT_CERTIFICATE_LOST: "somebody on the path ends the TLS, and so the service's"
    " request for a client certificate is lost: a login by certificate cannot work",
    CauseKind.PROXY_INSPECTS: "the proxy decrypts TLS and signs it anew, while the direct way is clean",
    CauseKind.DIRECT_INSPECTED: "somebody on the direct way decrypts TLS and signs it anew, while the"
    " way through the proxy is clean",
    CauseKind.TERMINATED: "TLS ends at an intermediary that has a public certificate",
    CauseKind.PIN_ROTATED: "the chain is public and has none of the pinned keys, as after a rotation:"
    " clients that pin cut the connection",
    CauseKind.CAPTIVE_PORTAL: "a captive portal, or the page of a filter, answers in the place of"
    " others: the network wants a login first, or forbids it",
    CauseKind.HOSTS_FILE: "this machine's own list of names leads elsewhere than any resolver",
    CauseKind.DNS_REWRITTEN: "a resolver makes up addresses for names that do not exist",
    CauseKind.DNS_DISAGREE: "resolvers disagree on the name, so it hangs on which of them is asked",
    CauseKind.DNS_PRIVATE: "a public name is answered with an address of no public network",
    CauseKind.DNS_SHARED_ADDRESS: "names of owners who have nothing to do with each other lead to one"
    " address",
    CauseKind.DNS_NXDOMAIN: "the name has no address here",
    CauseKind.DNS_SILENT: "no resolver of this machine answers",
    CauseKind.DNS_UNSTEADY: "the resolvers of this machine answer for some names and not for others, or"
    " not in time, as where they are overloaded or drop what comes in bursts",
    CauseKind.DNS_ONE_SILENT: "one resolver has no answer to anything that it is asked, while another"
    " has: wherever it is asked first, names are found late",
    CauseKind.PROXY_NOT_USED: "the direct way is closed, while the way through the proxy, which the"
    " service is not set to take, is open",
    CauseKind.PROXY_DENIED: "the proxy will not let it through",
    CauseKind.PROXY_LOGIN: "the proxy wants a login, and has none",
    CauseKind.PROXY_LOGIN_REFUSED: "the proxy does not take the login",
    CauseKind.PROXY_LOGIN_UNSUPPORTED: "the proxy wants a login of a kind that is not spoken here",
    CauseKind.PROXY_UNTRUSTED: "the proxy itself cannot be trusted: TLS to it fails",
    CauseKind.PROXY_FAILED: "the proxy comes to no connection with the endpoint",
    CauseKind.PROXY_UNREACHABLE: "the proxy cannot be reached",
    CauseKind.PORT_DROPPED: "nothing answers at the port: something drops the packets, or the host"
    " is down",
    CauseKind.PORT_RESET: "connections to the port are rejected: a filter does that, or nothing"
    " listens there",
    CauseKind.UNREACHABLE: "it is said on the way that the address cannot be reached: by a firewall"
    " that prohibits it, or for want of a route",
    CauseKind.HELLO_DROPPED: "the connection stands, and TLS on it is never answered",
    CauseKind.HELLO_RESET: "the connection is cut once TLS begins on it, as filters by name do",
    CauseKind.PLAIN_HTTP: "plain HTTP is answered in the place of TLS, as block pages are",
    CauseKind.NO_TLS: "what answers there speaks no TLS that can be read",
    CauseKind.NO_HTTP: "the connection stands, and plain HTTP on it comes to nothing",
    CauseKind.TLS_REFUSED: "whoever answers refuses the handshake by an alert",
    CauseKind.TLS_TOO_OLD: "the TLS that is spoken there is older than what the service or its clients"
    " accept",
    CauseKind.HELLO_TOO_LARGE: "something on the way cannot take the large hello of young clients",
    CauseKind.HELLO_REFUSED: "something on the way, or the server, cannot take the hello of some clients",
    CauseKind.LOOKUPS_BLOCKED: "whatever tells of revocation is blocked: lists of revoked certificates,"
    " OCSP responders",
    CauseKind.CRL_BLOCKED: "the list of revoked certificates cannot be fetched",
    CauseKind.OCSP_BLOCKED: "the OCSP responder cannot be asked",
    CauseKind.ISSUER_BLOCKED: "the certificate of an issuer, which the server does not send, cannot be"
    " fetched",
    CauseKind.REVOCATION_UNFIT: "what is answered about revocation is of no use to clients",
    CauseKind.REVOKED: "a certificate was revoked",
    CauseKind.CLOCK: "this machine's clock is wrong",
    CauseKind.EXPIRED: "a certificate has expired",
    CauseKind.NOT_YET_VALID: "a certificate is not valid yet, or this machine's clock is behind",
    CauseKind.MISSING_INTERMEDIATE: "the server does not send an intermediate certificate",
    CauseKind.STALE_STORE: "this machine's own store lacks a public root",
    CauseKind.GIVEN_ROOT: "this machine's own store lacks a root that was given by --ca-file: other"
    " programs here refuse its chains",
    CauseKind.WRONG_NAME: "the certificate is for other names",
    CauseKind.SERVER_FAULT: "the server's certificate has a fault",
    CauseKind.ADDRESS_FAMILY: "one family of addresses is broken, while the other is fine",
    CauseKind.ENDS_NEARER: "packets that cannot come as far as the endpoint are answered in its name",
    CauseKind.THIS_MACHINE: "this machine itself would not connect",
    CauseKind.UNDECIDED: "too little is known to say who answers",
}

AT_THE_PROXY: Mapping[FailureKind, CauseKind] = {
    FailureKind.PROXY_DENIED: CauseKind.PROXY_DENIED,
    FailureKind.PROXY_FAILED: CauseKind.PROXY_FAILED,
    FailureKind.LOGIN_REQUIRED: CauseKind.PROXY_LOGIN,
    FailureKind.LOGIN_REFUSED: CauseKind.PROXY_LOGIN_REFUSED,
    FailureKind.LOGIN_UNSUPPORTED: CauseKind.PROXY_LOGIN_UNSUPPORTED,
    FailureKind.UNTRUSTED_PROXY: CauseKind.PROXY_UNTRUSTED,
}
"""What a proxy said; whatever else goes wrong before it has answered, it cannot be reached."""

BY_TCP: Mapping[FailureKind, CauseKind] = {
    FailureKind.SILENCE: CauseKind.PORT_DROPPED,
    FailureKind.REFUSED: CauseKind.PORT_RESET,
    FailureKind.RESET: CauseKind.PORT_RESET,
    FailureKind.UNREACHABLE: CauseKind.UNREACHABLE,
    FailureKind.LOCAL: CauseKind.THIS_MACHINE,
}
BY_TLS: Mapping[FailureKind, CauseKind] = {
    FailureKind.SILENCE: CauseKind.HELLO_DROPPED,
    FailureKind.DRIP: CauseKind.HELLO_DROPPED,
    FailureKind.RESET: CauseKind.HELLO_RESET,
    FailureKind.CLOSED: CauseKind.HELLO_RESET,
    FailureKind.ALERT: CauseKind.TLS_REFUSED,
    FailureKind.PLAINTEXT_HTTP: CauseKind.PLAIN_HTTP,
    FailureKind.LOCAL: CauseKind.THIS_MACHINE,
}
"""Of a handshake, once the connection stood; all else is no TLS that can be read."""

BY_CHECK: Mapping[str, CauseKind] = {
    "clock-is-slow": CauseKind.CLOCK,
    "timestamps-ahead-of-the-clock": CauseKind.CLOCK,
    "certificate-revoked": CauseKind.REVOKED,
    "revocation-says-revoked": CauseKind.REVOKED,
    "revocation-answer-unfit": CauseKind.REVOCATION_UNFIT,
    "intermediate-missing": CauseKind.MISSING_INTERMEDIATE,
    "machine-store-lacks-root": CauseKind.STALE_STORE,
    "name-not-covered": CauseKind.WRONG_NAME,
}
"""Strong findings of a fault, by the check that made them, where each says one thing only."""
