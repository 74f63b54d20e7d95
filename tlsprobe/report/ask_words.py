"""What a request says to whom, by what is asked: each a sentence that its reader can act on."""

from collections.abc import Mapping

from tlsprobe.model.asks import Ask, Reader

READERS: Mapping[Reader, str] = {
    Reader.INSPECTION: "whoever runs TLS inspection",
    Reader.FIREWALL: "whoever runs the firewall",
    Reader.NETWORK: "whoever runs the network",
    Reader.RESOLVERS: "whoever runs the DNS resolvers",
    Reader.PROXY: "whoever runs the proxy",
}
SUBJECTS: Mapping[Ask, str] = {
    Ask.EXEMPT: "exempt names from TLS inspection",
    Ask.UNOPENED: "let TLS pass unopened",
    Ask.CONNECT: "allow connections",
    Ask.LET_THROUGH: "allow connections",
    Ask.TLS_UNCHANGED: "let TLS pass unchanged",
    Ask.LOOKUPS: "allow revocation lookups",
    Ask.PORTAL: "let a machine pass the captive portal",
    Ask.RESOLVE: "let names be resolved",
    Ask.RESOLVERS: "mend DNS resolvers",
    Ask.RESOLVERS_STEADY: "have DNS resolvers answer each time",
    Ask.PROXY_ALLOW: "allow names at the proxy",
    Ask.PROXY_NO_LOGIN: "let names pass the proxy without a login",
    Ask.PROXY_VALID_LOGIN: "let a login be valid at the proxy",
    Ask.PROXY_CERTIFICATE: "mend the certificate of the proxy",
    Ask.PROXY_ONWARD: "let the proxy reach names",
    Ask.PROXY_REACH: "let a machine reach the proxy",
    Ask.LARGE_HELLO: "let large TLS hellos pass",
    Ask.BOTH_FAMILIES: "let IPv4 and IPv6 alike pass",
}
"""For the line at the top."""
HEADINGS: Mapping[Ask, str] = {
    Ask.EXEMPT: "please leave these out of it, for connections of this machine:",
    Ask.UNOPENED: "please let TLS of this machine to these come to the service unopened. An"
    " intermediary ends it, with a public certificate that is not the service's:",
    Ask.CONNECT: "please let outbound connections of this machine to these through:",
    Ask.LET_THROUGH: "please let what this machine sends to these through, and what they answer."
    " Connections come about, so the ports are open; what stops them looks at what is sent, as filters"
    " by name or by content do:",
    Ask.TLS_UNCHANGED: "please let TLS of this machine to these through unchanged, and see what answers"
    " in their place: it speaks only versions that are too old for the service:",
    Ask.LOOKUPS: "please let outbound connections of this machine to these through. Certificates of"
    " the service name them, and it is there that clients learn whether one was revoked:",
    Ask.PORTAL: "please let this machine come to these past the page that answers in their place: as"
    " a captive portal it wants a login, which no service can make, and as a filter's it forbids them:",
    Ask.RESOLVE: "please let these names be resolved as they are on the internet; here they are not"
    " resolved, or lead elsewhere:",
    Ask.RESOLVERS: "please see to the resolvers that this machine is set to ask, or tell which it is"
    " to ask: none of them answers for the names below. No connection is made before that, so no rule for"
    " these names is at fault.",
    Ask.RESOLVERS_STEADY: "please see why the resolvers that this machine is set to ask answered it for"
    " some names and not for those below, or not in time. They may be overloaded, or limit what one machine"
    " may ask. No connection is made before that, so no rule for these names is at fault.",
    Ask.PROXY_ALLOW: "please let the proxy pass connections of this machine to these, which it"
    " refuses:",
    Ask.PROXY_NO_LOGIN: "please let connections of this machine to these pass the proxy without a"
    " login: the service has none to give. Only where that cannot be, please give the account that the"
    " service runs as a login at the proxy:",
    Ask.PROXY_VALID_LOGIN: "please see why the proxy does not take the login that this machine gives,"
    " and make it valid for these; or let these pass without a login:",
    Ask.PROXY_CERTIFICATE: "please see to the proxy's own certificate: TLS to the proxy itself fails,"
    " and so nothing that goes through it can work.",
    Ask.PROXY_ONWARD: "please let the proxy itself connect to these: it takes the request, and comes"
    " to no connection:",
    Ask.PROXY_REACH: "please let this machine connect to the proxy that it is set to use, or tell which"
    " it is to use: nothing that goes through it can work before.",
    Ask.LARGE_HELLO: "please let TLS hellos through to these that are longer than one packet, as young"
    " clients send them (X25519MLKEM768: Chrome, Edge, Go 1.24). They are lost on the way, while short"
    " ones are answered:",
    Ask.BOTH_FAMILIES: "please let connections of this machine to these through by IPv4 and by IPv6"
    " alike, or have no addresses of the broken one given out. Clients that do not try both at once wait,"
    " or fail:",
}
"""After the reader's name."""
