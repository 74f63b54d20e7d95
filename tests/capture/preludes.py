"""Conversations that come before TLS, as both sides speak them, and what is to be read in them.

Written by hand after the specifications; the shapes were compared with real captures.
"""

from typing import NamedTuple


class Spoken(NamedTuple):
    """One conversation: pieces in the order in which they are sent, by whom."""

    kind: str
    pieces: tuple[tuple[str, bytes], ...]
    """``C`` or ``S``, and what it sends."""
    host: str | None = None
    port: int | None = None
    named_by_client: bool = True
    """Whether the client's side alone tells the kind."""
    named_by_server: bool = True

    @property
    def client(self) -> bytes:
        """All that the client sends."""
        return b"".join(data for who, data in self.pieces if who == "C")

    @property
    def server(self) -> bytes:
        """All that the server sends."""
        return b"".join(data for who, data in self.pieces if who == "S")


def spoken(kind, *pieces, **known):
    """A conversation in which client and server take turns, the client first unless told."""
    first, second = ("S", "C") if known.pop("server_first", False) else ("C", "S")
    turns = tuple((second if index % 2 else first, one) for index, one in enumerate(pieces))
    return Spoken(kind, turns, **known)


NTLM = b"TlRMTVNTUAABAAAAB4IIogAAAAAAAAAAAAAAAAAAAAAKAGFKAAAADw=="
REFUSED = (
    b"HTTP/1.1 407 Proxy Authentication Required\r\nServer: squid/6.6\r\n"
    b"Proxy-Authenticate: NTLM\r\nContent-Type: text/html\r\nContent-Length: 12\r\n\r\n<p>Login</p>"
)
ESTABLISHED = b"HTTP/1.1 200 Connection established\r\n\r\n"
SOCKS4_GRANTED = b"\x00\x5a" + bytes(6)
SOCKS5_GRANTED = b"\x05\x00\x00\x01" + bytes(6)
LOGIN = b"\x01\x05alice\x06secret"


def connect(authority, *headers):
    """A CONNECT request."""
    lines = (b"CONNECT " + authority + b" HTTP/1.1", b"Host: " + authority, *headers)
    return b"\r\n".join(lines) + b"\r\n\r\n"


def ldap_extended(oid):
    """An LDAP message with an extended request."""
    name = b"\x80" + bytes((len(oid),)) + oid
    body = b"\x02\x01\x01\x77" + bytes((len(name),)) + name
    return b"\x30" + bytes((len(body),)) + body


MYSQL_GREETING = (
    b"\x4a\x00\x00\x00\x0a8.4.3\x00\x2a\x00\x00\x00abcdefgh\x00\xff\xff\xff\x02\x00\xff\xdf\x15"
    + bytes(10)
    + b"abcdefghijkl\x00caching_sha2_password\x00"
)
MYSQL_SSL = b"\x20\x00\x00\x01\x8f\xaa\x3a\x00\x00\x00\x00\x01\xff" + bytes(23)
RDP_REQUEST = bytes.fromhex("030000130ee000000000000100080003000000")
RDP_CONFIRM = bytes.fromhex("030000130ed000001234000200080002000000")
TDS_PRELOGIN = bytes.fromhex("1201002f0000010000001a000601002000010200210001ff") + bytes(23)
TDS_ANSWER = bytes.fromhex("0401002b0000010000001a000601002000010200210001ff") + bytes(19)

SPOKEN = {
    "connect": spoken(
        "connect", connect(b"login.example:443"), ESTABLISHED,
        host="login.example", port=443,
    ),
    "connect, IPv6": spoken(
        "connect", connect(b"[2001:db8::7]:8443"), b"HTTP/1.0 200 OK\r\nVia: 1.1 box\r\n\r\n",
        host="2001:db8::7", port=8443,
    ),
    "connect, logging in": spoken(
        "connect",
        connect(b"login.example:443"), REFUSED,
        connect(b"login.example:443", b"Proxy-Authorization: NTLM " + NTLM), REFUSED,
        connect(b"login.example:443", b"Proxy-Authorization: NTLM " + NTLM * 3), ESTABLISHED,
        host="login.example", port=443,
    ),
    "connect through two proxies": spoken(
        "connect",
        connect(b"second.example:3128"), ESTABLISHED,
        connect(b"login.example:443"), ESTABLISHED,
        host="login.example", port=443,
    ),
    "socks4": spoken(
        "socks4", b"\x04\x01\x01\xbb\xc0\x00\x02\x07alice\x00", SOCKS4_GRANTED,
        host="192.0.2.7", port=443,
    ),
    "socks4a": spoken(
        "socks4", b"\x04\x01\x01\xbb\x00\x00\x00\x01\x00login.example\x00", SOCKS4_GRANTED,
        host="login.example", port=443,
    ),
    "socks5": spoken(
        "socks5", b"\x05\x01\x00", b"\x05\x00",
        b"\x05\x01\x00\x03\x0dlogin.example\x01\xbb", SOCKS5_GRANTED,
        host="login.example", port=443,
    ),
    "socks5 with a login, IPv6": spoken(
        "socks5", b"\x05\x03\x00\x01\x02", b"\x05\x02", LOGIN, b"\x01\x00",
        b"\x05\x01\x00\x04" + bytes.fromhex("20010db8000000000000000000000007") + b"\x01\xbb",
        SOCKS5_GRANTED,
        host="2001:db8::7", port=443,
    ),
    "proxy-protocol": spoken(
        "proxy-protocol", b"PROXY TCP4 192.0.2.1 192.0.2.7 51000 443\r\n",
        host="192.0.2.7", port=443, named_by_server=False,
    ),
    "proxy-protocol, version 2": spoken(
        "proxy-protocol",
        b"\r\n\r\n\x00\r\nQUIT\n\x21\x11\x00\x0c\xc0\x00\x02\x01\xc0\x00\x02\x07\xc7\x38\x01\xbb",
        host="192.0.2.7", port=443, named_by_server=False,
    ),
    "proxy-protocol, version 2, IPv6": spoken(
        "proxy-protocol",
        b"\r\n\r\n\x00\r\nQUIT\n\x21\x21\x00\x24" + bytes(31) + b"\x07\xc7\x38\x01\xbb",
        host="::7", port=443, named_by_server=False,
    ),
    "proxy-protocol before connect": spoken(
        "connect",
        b"PROXY TCP4 192.0.2.1 192.0.2.7 51000 3128\r\n" + connect(b"login.example:443"),
        ESTABLISHED,
        host="login.example", port=443,
    ),
    "proxy-protocol before smtp": spoken(
        "smtp",
        b"PROXY TCP4 192.0.2.1 192.0.2.7 51000 25\r\n", b"220 mx.example ESMTP\r\n",
        b"EHLO a.example\r\n", b"250-mx.example\r\n250 STARTTLS\r\n",
        b"STARTTLS\r\n", b"220 2.0.0 Ready\r\n",
    ),
    "smtp": spoken(
        "smtp",
        b"220 mx.example ESMTP Postfix\r\n", b"EHLO a.example\r\n",
        b"250-mx.example\r\n250-SIZE 35882577\r\n250 STARTTLS\r\n", b"STARTTLS\r\n",
        b"220 2.0.0 Ready to start TLS\r\n",
        server_first=True,
    ),
    "imap": spoken(
        "imap",
        b"* OK [CAPABILITY IMAP4rev1 STARTTLS LOGINDISABLED] ready\r\n", b"a001 STARTTLS\r\n",
        b"a001 OK Begin TLS negotiation now\r\n",
        server_first=True,
    ),
    "pop3": spoken(
        "pop3",
        b"+OK ready\r\n", b"CAPA\r\n", b"+OK\r\nSTLS\r\nUSER\r\n.\r\n", b"STLS\r\n", b"+OK Begin\r\n",
        server_first=True,
    ),
    "ftp": spoken(
        "ftp", b"220 ProFTPD Server\r\n", b"AUTH TLS\r\n", b"234 AUTH TLS successful\r\n",
        server_first=True,
    ),
    "ftp, at the second try": spoken(
        "ftp",
        b"220 ready\r\n", b"AUTH TLS\r\n", b"504 no\r\n", b"AUTH SSL\r\n", b"234 go on\r\n",
        server_first=True,
    ),
    "nntp": spoken(
        "nntp",
        b"200 news.example ready\r\n", b"CAPABILITIES\r\n",
        b"101 list:\r\nVERSION 2\r\nSTARTTLS\r\n.\r\n", b"STARTTLS\r\n",
        b"382 Continue with TLS negotiation\r\n",
        server_first=True,
    ),
    "sieve": spoken(
        "sieve",
        b'"IMPLEMENTATION" "Dovecot"\r\n"STARTTLS"\r\nOK "ready"\r\n', b"STARTTLS\r\n",
        b'OK "Begin TLS negotiation now."\r\n',
        server_first=True, named_by_client=False,
    ),
    "irc": spoken(
        "irc", b"CAP LS 302\r\nSTARTTLS\r\n",
        b":irc.example 670 * :STARTTLS successful, go ahead with TLS handshake\r\n",
    ),
    "ldap": spoken(
        "ldap", ldap_extended(b"1.3.6.1.4.1.1466.20037"),
        b"\x30\x0c\x02\x01\x01\x78\x07\x0a\x01\x00\x04\x00\x04\x00",
    ),
    "xmpp": spoken(
        "xmpp",
        b"<?xml version='1.0'?><stream:stream xmlns='jabber:client' to='chat.example'"
        b" xmlns:stream='http://etherx.jabber.org/streams' version='1.0'>",
        b"<?xml version='1.0'?><stream:stream id='1' from='chat.example'>"
        b"<stream:features><starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/></stream:features>",
        b"<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>",
        b"<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>",
        host="chat.example",
    ),
    "http": spoken(
        "http",
        b"OPTIONS * HTTP/1.1\r\nHost: print.example:631\r\nConnection: upgrade\r\n"
        b"Upgrade: TLS/1.2, HTTP/1.1\r\n\r\n",
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: TLS/1.2, HTTP/1.1\r\n\r\n",
        host="print.example",
    ),
    "postgresql": spoken("postgresql", bytes.fromhex("0000000804d2162f"), b"S"),
    "postgresql, GSS first": spoken(
        "postgresql", bytes.fromhex("0000000804d21630"), b"N", bytes.fromhex("0000000804d2162f"), b"S"
    ),
    "mysql": spoken("mysql", MYSQL_GREETING, MYSQL_SSL, server_first=True),
    "rdp": spoken("rdp", RDP_REQUEST, RDP_CONFIRM),
    "tds": spoken("tds", TDS_PRELOGIN, TDS_ANSWER),
}  # fmt: skip
