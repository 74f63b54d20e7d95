"""Which protocol turned to TLS in the middle of a connection, by what was said before.

Mail, directory, chat, database and desktop protocols begin in the clear and switch by a command or
a flag. Each function below knows one family; the first that knows the bytes names them. Either side
may be missing: a one-sided capture is named by what one side says.
"""

import re
from collections import deque
from typing import NamedTuple

from tlsprobe.capture.proxies import http_head, http_words

# Of a greeting.
_QUOTED = 100

LDAP_OID = b"1.3.6.1.4.1.1466.20037"
"""The request name of StartTLS (RFC 4511 section 4.14.1)."""
SSL_REQUEST = b"\x00\x00\x00\x08\x04\xd2\x16\x2f"
"""PostgreSQL's SSLRequest."""
GSS_REQUEST = b"\x00\x00\x00\x08\x04\xd2\x16\x30"
"""PostgreSQL's GSSENCRequest, which may be refused before."""
MYSQL_SSL = 0x0800
"""CLIENT_SSL among the client's capability flags."""
COMMAND = re.compile(
    rb"^(?:[^\s]{1,64} )?(STARTTLS|STLS|AUTH (?:TLS|SSL)(?:-[CP])?)[ \t]*\r?$",
    re.IGNORECASE | re.MULTILINE,
)
"""The line of a text protocol that asks for TLS; IMAP puts a tag before it."""
XMPP_TLS = re.compile(rb"<(?:\w+:)?(?:starttls|proceed)[\s/>]")
_UPGRADE = re.compile(rb"\nUpgrade:[^\r\n]*\bTLS/", re.IGNORECASE)
_HOST = re.compile(
    rb"\nHost:[ \t]*([A-Za-z0-9.-]{1,253})(?::[0-9]{1,5})?[ \t]*\r?\n", re.IGNORECASE
)
_DOMAIN = re.compile(rb"""<(?:\w+:)?stream\b[^<>]{0,2000}?\sto=["']([A-Za-z0-9._-]{1,253})["']""")


class Upgrade(NamedTuple):
    """A protocol that turned to TLS."""

    kind: str
    host: str | None = None
    """The name that the client said it speaks to, where its protocol says one."""
    detail: str = ""


def find_upgrade(client: bytes, server: bytes) -> Upgrade | None:
    """The protocol that was spoken; None where the bytes are of none that is known here."""
    return (
        _postgresql(client, server)
        or _mysql(client, server)
        or _tds(client, server)
        or _rdp(client, server)
        or _ldap(client, server)
        or _xmpp(client, server)
        or _http(client, server)
        or _text(client, server)
    )


# Protocols that ask by a flag or a packet


def _postgresql(client: bytes, server: bytes) -> Upgrade | None:
    """https://www.postgresql.org/docs/current/protocol-flow.html, "SSL Session Encryption"."""
    asked = client.removeprefix(GSS_REQUEST) == SSL_REQUEST
    return Upgrade("postgresql") if asked or (not client and server in (b"S", b"NS")) else None


def _mysql(client: bytes, server: bytes) -> Upgrade | None:
    """https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_connection_phase.html."""
    if server:
        if len(server) < 6 or server[2:5] != b"\x00\x00\x0a":
            return None
        version = server[5:].partition(b"\x00")[0]
        return Upgrade("mysql", None, _quoted(version))
    asked = client[:4] == b"\x20\x00\x00\x01" and len(client) >= 36
    return Upgrade("mysql") if asked and int.from_bytes(client[4:8], "little") & MYSQL_SSL else None


def _tds(client: bytes, server: bytes) -> Upgrade | None:
    """MS-TDS section 2.2.6.5: TLS goes on inside packets of eight bytes' header each."""
    asked = tds_packet(client, 0x12)
    answered = tds_packet(server, 0x04)
    return Upgrade("tds") if (asked or not client) and (answered or not server) else None


def tds_packet(data: bytes, kind: int) -> bool:
    """Whether `data` begins with a packet of SQL Server's pre-login, of that type."""
    return len(data) >= 9 and data[:2] == bytes((kind, 1)) and 8 < int.from_bytes(data[2:4]) <= 4096


def _rdp(client: bytes, server: bytes) -> Upgrade | None:
    """MS-RDPBCGR section 2.2.1.1: X.224 connection request and confirm in TPKT packets."""
    asked = client[:2] == b"\x03\x00" and client[5:6] == b"\xe0"
    answered = server[:2] == b"\x03\x00" and server[5:6] == b"\xd0"
    if not (asked or not client) or not (answered or not server):
        return None
    # RDP_NEG_RSP: type 2, flags, length 8, selected protocol.
    chosen = server[11:19]
    if len(chosen) < 8 or chosen[:1] != b"\x02":
        return Upgrade("rdp")
    names = {1: "TLS", 2: "CredSSP", 4: "RDSTLS", 8: "CredSSP with early authorization", 16: "AAD"}
    return Upgrade("rdp", None, names.get(int.from_bytes(chosen[4:], "little"), ""))


def _ldap(client: bytes, server: bytes) -> Upgrade | None:
    if client:
        return Upgrade("ldap") if client[:1] == b"0" and LDAP_OID in client else None
    # An ExtendedResponse (application 24) with the result code 0 ends what the server said.
    tail = server[-128:]
    answered = server[:1] == b"0" and b"\x0a\x01\x00" in tail.rpartition(b"\x78")[2]
    return Upgrade("ldap") if answered else None


# Protocols of text


def _xmpp(client: bytes, server: bytes) -> Upgrade | None:
    """RFC 6120 section 5."""
    if not (XMPP_TLS.search(client) or XMPP_TLS.search(server)):
        return None
    domain = _DOMAIN.search(client)
    return Upgrade("xmpp", None if domain is None else domain[1].decode("ascii"))


def _http(client: bytes, server: bytes) -> Upgrade | None:
    """RFC 2817: an upgrade to TLS within HTTP/1.1."""
    if not (_UPGRADE.search(client) or (not client and _UPGRADE.search(http_head(server)))):
        return None
    named = _HOST.search(client)
    words = http_words(http_head(server)) if server.startswith(b"HTTP/1.") else ""
    return Upgrade("http", None if named is None else named[1].decode("ascii"), words)


def _text(client: bytes, server: bytes) -> Upgrade | None:
    asked = deque(COMMAND.finditer(client), maxlen=1)
    if client and not asked:
        return None
    kind = _kind_by_client(client, asked[0]) if asked else None
    kind = kind or _kind_by_server(server)
    return None if kind is None else Upgrade(kind, None, _quoted(server.partition(b"\n")[0]))


def _kind_by_client(client: bytes, asked: re.Match[bytes]) -> str | None:
    """By the command; a bare STARTTLS is said in several protocols, so by what came before it."""
    verb = asked[1].upper()
    if verb != b"STARTTLS":
        return "pop3" if verb == b"STLS" else "ftp"
    if asked[0].upper().strip() != b"STARTTLS":
        return "imap"
    said = client[:20].upper()
    return next((kind for kind, firsts in _FIRST_COMMANDS.items() if said.startswith(firsts)), None)


_FIRST_COMMANDS = {
    "smtp": (b"EHLO ", b"HELO ", b"LHLO "),
    "irc": (b"CAP ", b"NICK ", b"USER ", b"PASS "),
    "nntp": (b"MODE READER", b"CAPABILITIES\r", b"LIST EXTENSIONS"),
}


def _kind_by_server(server: bytes) -> str | None:
    """By its last answer, since FTP and SMTP greet alike, else by its greeting."""
    last = server.rstrip().rpartition(b"\n")[2][:3]
    if last in _LAST_ANSWERS:
        return _LAST_ANSWERS[last]
    if server.startswith(b":"):
        return "irc" if b" 670 " in server else None
    return next((kind for kind, firsts in _GREETINGS.items() if server.startswith(firsts)), None)


_LAST_ANSWERS = {b"234": "ftp", b"334": "ftp", b"382": "nntp"}
_GREETINGS = {
    "smtp": (b"220 ", b"220-"),
    "pop3": (b"+OK",),
    "imap": (b"* OK", b"* PREAUTH"),
    "nntp": (b"200 ", b"201 "),
    "sieve": (b'"IMPLEMENTATION"', b'"SIEVE"', b'"STARTTLS"', b'"SASL"'),
}


GREETINGS = (b":", b"<", *(first for firsts in _GREETINGS.values() for first in firsts))
"""What the server of a protocol that can turn to TLS says first, in text."""


def _quoted(line: bytes) -> str:
    text = line.strip()[:_QUOTED].decode("ascii", errors="replace")
    return text if text.isprintable() else ""
