"""What was spoken on a connection before TLS began, and whether TLS may begin at all.

A proxy (`proxies`) tells where the connection leads to, an upgrade (`starttls`) which protocol goes
on inside TLS. What is neither is still a prelude, of kind ``unknown``: TLS may follow on anything.

Strategy of `may_become_tls`: it is asked again with every packet of every young connection, so the
first byte decides who looks, and each looks no further than it must. "No" is final, so it is said
of what has no way to TLS any more, or has gone on for longer than preludes do.
"""

from collections.abc import Callable

from msgspec import Struct

from tlsprobe.capture.proxies import Proxied, find_proxy
from tlsprobe.capture.starttls import (
    COMMAND,
    GREETINGS,
    GSS_REQUEST,
    LDAP_OID,
    MYSQL_SSL,
    SSL_REQUEST,
    XMPP_TLS,
    find_upgrade,
)
from tlsprobe.wire.records import APPLICATION_DATA, CONTENT_TYPES, HEADER, MAX_FRAGMENT

# A PROXY header before SOCKS before CONNECT, and one to spare.
_MAX_PROXIES = 4
# Bytes of both sides after which something binary that is unknown is no prelude.
_BINARY = 1024
# Bytes of the client's after which text without a word of TLS is no prelude.
_TEXT = 2048
# What is passed in at most; a side that has more is not seen whole.
_LIMIT = 2**14


class Prelude(Struct, frozen=True, kw_only=True):
    """What was spoken on a connection before its TLS."""

    kind: str
    """``connect``, ``socks4``, ``socks5``, ``proxy-protocol``; the protocol of a STARTTLS: ``smtp
    imap pop3 ftp nntp sieve irc ldap xmpp postgresql mysql rdp tds http``; else ``unknown``.
    The innermost that could be told."""
    host: str | None = None
    """Where the client wanted to go, in its own words: the last authority of CONNECT or SOCKS, the
    domain of an XMPP stream, the original address in a PROXY header. Addresses without brackets."""
    port: int | None = None
    detail: str = ""
    """What the other side said of itself, such as a greeting or a Via header. Never credentials."""


def recognise(client: bytes, server: bytes) -> Prelude | None:
    """The prelude that these bytes are, each side's up to where its TLS begins.

    Either may be empty where a capture shows one side only. None where nothing was said.
    """
    if not client and not server:
        return None
    outer: Proxied | None = None
    for _ in range(_MAX_PROXIES):
        proxied = find_proxy(client, server)
        if proxied is None or _cut_socks(proxied):
            break
        # The last that names an endpoint is the one that counts.
        if outer is None or outer.kind == "proxy-protocol" or proxied.host is not None:
            outer = proxied
        client = b"" if proxied.client is None else client[proxied.client :]
        server = b"" if proxied.server is None else server[proxied.server :]
        if not client and not server:
            break
    upgrade = find_upgrade(client, server) if client or server else None
    if upgrade is not None and (outer is None or outer.kind == "proxy-protocol"):
        return Prelude(kind=upgrade.kind, host=upgrade.host, detail=upgrade.detail)
    if outer is not None:
        return Prelude(kind=outer.kind, host=outer.host, port=outer.port, detail=outer.detail)
    return Prelude(kind="unknown")


def _cut_socks(proxied: Proxied) -> bool:
    """Whether this is SOCKS by its first bytes only: too few to name it by."""
    return (
        proxied.kind in ("socks4", "socks5") and proxied.client is None and proxied.server is None
    )


def may_become_tls(client: bytes, server: bytes) -> bool:
    """Whether TLS that could be found may still begin, by the first bytes of both sides.

    They are what the connection has sent so far, up to 16 KiB each, and hold no TLS yet beyond a
    beginning that may become a hello. False is final; while undecided the answer is True.
    """
    return _may(bytes(client), bytes(server), _MAX_PROXIES)


def _may(client: bytes, server: bytes, depth: int) -> bool:
    if client:
        return _BY_FIRST[client[0]](client, server, depth)
    return not server or _may_after_server(server)


_Look = Callable[[bytes, bytes, int], bool]


def _unknown(client: bytes, server: bytes, _depth: int) -> bool:
    """Not known, or too little to know; a hello in the form of SSL 2.0 is no longer than this."""
    if server[3:5] == b"\x00\x0a" and server[2:3] == b"\x00":
        return _mysql(client)
    return len(client) + len(server) <= _BINARY and not server.startswith(b"SSH-")


def _record(client: bytes, server: bytes, depth: int) -> bool:
    """A TLS record, as far as it is there; 0x14 to 0x18 begin nothing else that is known."""
    if client[1:2] not in (b"", b"\x03") or client[2:3] not in _MINOR:
        return _unknown(client, server, depth)
    # What begins with application data began before the capture did.
    return not _is_data(client) or server[:1] == b"\x16"


def _is_data(side: bytes) -> bool:
    return side[0] == APPLICATION_DATA and len(side) >= HEADER and side[3] <= MAX_FRAGMENT >> 8


_MINOR = frozenset((b"", b"\x00", b"\x01", b"\x02", b"\x03", b"\x04"))


def _zero(client: bytes, server: bytes, depth: int) -> bool:
    """A length comes first: PostgreSQL, SMB, Kerberos, DNS, MySQL's answer."""
    if len(client) < 8:
        return _unknown(client, server, depth)
    if client.startswith((SSL_REQUEST, GSS_REQUEST)):
        return depth > 0 and _may(client[8:], b"", depth - 1)
    marked = client[4:8]
    if marked in _NEVER or marked[:2] in _KERBEROS:
        return False
    # A standard query with one question and nothing else (RFC 1035 section 4.1.1).
    if client[4] & 0xF8 == 0 and client[6:12] == b"\x00\x01\x00\x00\x00\x00":
        return False
    return _unknown(client, server, depth)


# What stands behind the length: SMB 1 to 3 and its transforms; PostgreSQL's startup, cancel.
_NEVER = frozenset(
    (b"\xffSMB", b"\xfeSMB", b"\xfdSMB", b"\xfcSMB", b"\x00\x03\x00\x00", b"\x04\xd2\x16\x2e")
)
# AS-REQ and TGS-REQ with the lengths that they have (RFC 4120 section 7.2.2).
_KERBEROS = frozenset((b"\x6a\x81", b"\x6a\x82", b"\x6c\x81", b"\x6c\x82"))


def _mysql(client: bytes) -> bool:
    """After a MySQL greeting: the flag for TLS stands in the client's first packet."""
    if len(client) < 8 or client[3] != 1:
        return len(client) < _BINARY
    if not int.from_bytes(client[4:6], "little") & MYSQL_SSL:
        return False
    rest = client[36:]
    return not rest or rest[0] in CONTENT_TYPES


def _tpkt(client: bytes, server: bytes, depth: int) -> bool:
    """RDP's connection request; a second TPKT packet means that it goes on in the clear."""
    if len(client) < 6:
        return _unknown(client, server, depth)
    size = int.from_bytes(client[2:4])
    if client[1] != 0 or client[5] != 0xE0:
        return _unknown(client, server, depth)
    return client[size : size + 2] != b"\x03\x00"


def _tds(client: bytes, server: bytes, depth: int) -> bool:
    """SQL Server's pre-login; a packet that is none (login) means that it goes on in the clear."""
    if client[1:2] not in (b"", b"\x00", b"\x01"):
        return _unknown(client, server, depth)
    if len(client) < 4:
        return True
    size = int.from_bytes(client[2:4])
    if not 8 <= size <= 4096:
        return _unknown(client, server, depth)
    return len(client) <= size or client[size] in (0x12, *CONTENT_TYPES)


def _carried(client: bytes, server: bytes, depth: int) -> bool:
    """A proxy: what is carried through it decides."""
    proxied = find_proxy(client, server)
    if proxied is None:
        return _text(client, server, depth) if client[0] > 5 else _unknown(client, server, depth)
    if proxied.client is None:
        return len(client) < (_LIMIT if proxied.kind == "connect" else _TEXT)
    inner = client[proxied.client :]
    answer = b"" if proxied.server is None else server[proxied.server :]
    return depth > 0 and _may(inner, answer, depth - 1)


def _ldap(client: bytes, _server: bytes, _depth: int) -> bool:
    """A directory may be searched before TLS begins, but not for long."""
    return len(client) < _BINARY or LDAP_OID in client


def _bittorrent(client: bytes, server: bytes, depth: int) -> bool:
    return client[1:11] != b"BitTorrent" and _unknown(client, server, depth)


def _upper(client: bytes, server: bytes, depth: int) -> bool:
    """Text that begins with a capital: HTTP and SSH are told at once."""
    first = client[:4]
    if first in _HTTP:
        return _http(client)
    if first in _DEAD:
        return False
    if first in _PROXIES:
        return _carried(client, server, depth)
    return _text(client, server, depth)


_HTTP = frozenset(
    b"GET |POST|HEAD|PUT |OPTI|DELE|PATC|PROP|REPO|PRI |MKCO|SUBS|NOTI|M-SE|RPC_|TRAC".split(b"|")
)
_PROXIES = frozenset((b"CONN", b"PROX"))
# No client says HTTP first; where it is not known who is the client, the other order is asked for too.
_DEAD = frozenset((b"SSH-", b"HTTP"))
_WITHIN_HTTP = frozenset((b"", b"websocket", b"h2c"))


def _http(client: bytes) -> bool:
    """A request that asks for no upgrade, or for one within HTTP, stays what it is."""
    end = client.find(b"\r\n\r\n")
    if end < 0:
        return len(client) < _LIMIT // 2
    wanted = client[: end + 1].lower().partition(b"\nupgrade:")[2].partition(b"\r")[0].strip()
    return wanted not in _WITHIN_HTTP


def _text(client: bytes, server: bytes, depth: int) -> bool:
    """A protocol of lines, until it has logged in or sent mail in the clear, or gone on for long."""
    if not client.isascii():
        # What asked for TLS may be followed by the beginning of a hello.
        return _unknown(client, server, depth) or bool(
            COMMAND.search(client) or XMPP_TLS.search(client)
        )
    if len(server) >= _LIMIT or server.startswith(b"SSH-"):
        return False
    if any(done in server for done in _DONE):
        return False
    if len(client) < _TEXT:
        return True
    asked = max((command.end() for command in COMMAND.finditer(client)), default=0)
    return asked > 0 and len(client) - asked < _TEXT


# Logged in (SMTP, FTP, XMPP), or about to send mail: nobody asks for TLS after that.
_DONE = (b"\n235 ", b"\n230 ", b"\n354 ", b"<success")


def _may_after_server(server: bytes) -> bool:
    """The client has said nothing, or is not in the capture."""
    if server[0] in CONTENT_TYPES and server[1:2] in (b"", b"\x03"):
        return not _is_data(server)
    if server.startswith(b"HTTP/1."):
        return _http_answer(server)
    if server.startswith(b"SSH-"):
        return len(server) < 256
    # Text may be followed by the beginning of a ServerHello.
    if not server[:3].isascii() or not server[:3].decode("ascii").isprintable():
        return len(server) <= _BINARY
    if server[:4] in _HTTP or server[:4] in _PROXIES:
        return False  # these are a client's
    bound = _LIMIT if server.startswith(GREETINGS) else _TEXT
    return len(server) < bound and not any(done in server for done in _DONE)


def _http_answer(server: bytes) -> bool:
    """Whether this may be an answer to CONNECT or to an upgrade: neither has a body."""
    end = server.find(b"\r\n\r\n")
    if end < 0:
        return len(server) < _LIMIT // 2
    if server[9:10] in (b"1", b"4"):
        return server[9:12] in (b"100", b"101", b"401", b"407")
    head = server[:end].lower()
    return (
        server[9:10] == b"2"
        and b"\ncontent-type:" not in head
        and b"\ntransfer-encoding:" not in head
        and (b"\ncontent-length:" not in head or b"\ncontent-length: 0" in head)
    )


def _lookers() -> tuple[_Look, ...]:
    """Who looks at a client's bytes, by the first of them."""
    table: list[_Look] = [_unknown] * 256
    for byte in range(0x20, 0x7F):
        table[byte] = _text
    for byte in range(ord("A"), ord("Z") + 1):
        table[byte] = _upper
    for byte in CONTENT_TYPES:
        table[byte] = _record
    table[0x00], table[0x03], table[0x12], table[0x30] = _zero, _tpkt, _tds, _ldap
    table[0x04] = table[0x05] = table[0x0D] = _carried
    table[0x0A], table[0x13] = _carried, _bittorrent
    return tuple(table)


_BY_FIRST = _lookers()
