"""What hands a connection on to somewhere else: PROXY headers, HTTP CONNECT and SOCKS.

Each function looks at the first bytes of both sides and tells where the carried bytes begin in each
of them. Either side may be missing, cut off or nonsense: what cannot be read is None, and nothing
is raised. Credentials pass through here and are never kept.
"""

import re
from collections import deque
from ipaddress import IPv4Address, IPv6Address
from typing import NamedTuple

MAX_HOST = 255
# Of what a proxy says of itself.
_QUOTED = 100
_MAX_HEADERS = 4
# Rounds of authentication and proxies behind proxies; what goes on longer is no prelude.
_MAX_ANSWERS = 16

_PROXY_V2 = b"\r\n\r\n\x00\r\nQUIT\n"
# The longest header of version 1 (The PROXY protocol, section 2.1).
_PROXY_V1_MAX = 107

_CONNECT = re.compile(
    rb"(?:\A[\r\n]{0,4}|\n)CONNECT[ \t]+([^\s]{1,300})[ \t]+HTTP/1\.[0-9][ \t]*\r?\n"
)
_STATUS = re.compile(rb"HTTP/1\.[0-9][ \t]+([0-9]{3})[^\r\n]*\r?\n")
_HEAD_END = re.compile(rb"\n\r?\n")
_SCHEME = re.compile(
    rb"\nProxy-Authorization:[ \t]*(Basic|Digest|NTLM|Negotiate|Kerberos|Bearer)\b", re.IGNORECASE
)
_LENGTH = re.compile(rb"\nContent-Length:[ \t]*([0-9]{1,9})[ \t]*\r?\n", re.IGNORECASE)
_CHUNKED = re.compile(rb"\nTransfer-Encoding:[^\r\n]*chunked", re.IGNORECASE)
_OF_ITSELF = re.compile(
    rb"\n(Via|Server|Proxy-Agent|Location):[ \t]*([^\r\n]{1,1000})", re.IGNORECASE
)


class Proxied(NamedTuple):
    """A connection that is handed on, and where that begins in the bytes of each side."""

    kind: str
    """``proxy-protocol``, ``connect``, ``socks4`` or ``socks5``."""
    host: str | None
    """Where it leads to, without brackets; None where that was not seen."""
    port: int | None
    detail: str
    client: int | None
    """Where the carried bytes begin in the client's; None while they have not begun."""
    server: int | None


def find_proxy(client: bytes, server: bytes) -> Proxied | None:
    """The outermost proxy that the first bytes of both sides speak to; None where they do not."""
    first = client[:1] or server[:1]
    if first == b"\x04" or (not client and first == b"\x00"):
        return _socks4(client, server)
    if first == b"\x05":
        return _socks5(client, server)
    if first in (b"P", b"\r") and client:
        found = _proxy_header(client)
        if found is not None:
            return found
    if first in (b"C", b"H", b"\r", b"\n") or b"CONNECT " in client:
        return _connect(client, server)
    return None


def http_words(head: bytes) -> str:
    """The status line of an HTTP answer, and what its headers say of who gave it."""
    line = _printable(head.partition(b"\n")[0])
    says = [
        f"{match[1].decode('ascii')}: {_printable(match[2])}" for match in _OF_ITSELF.finditer(head)
    ]
    return "; ".join([line, *says[:_MAX_HEADERS]])


def http_head(data: bytes) -> bytes:
    """The head of the HTTP message that `data` begins with, as far as it is there."""
    end = _HEAD_END.search(data)
    return data if end is None else data[: end.end()]


def _printable(data: bytes) -> str:
    text = data.strip()[:_QUOTED].decode("ascii", errors="replace")
    return "".join(
        letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in text
    )


# The PROXY protocol (https://www.haproxy.org/download/3.0/doc/proxy-protocol.txt)


def _proxy_header(client: bytes) -> Proxied | None:
    if client.startswith(_PROXY_V2):
        return _proxy_v2(client)
    if not client.startswith(b"PROXY "):
        return None
    end = client.find(b"\r\n", 0, _PROXY_V1_MAX)
    if end < 0:
        whole = len(client) < _PROXY_V1_MAX
        return Proxied("proxy-protocol", None, None, "", None, 0) if whole else None
    words = client[:end].split(b" ")
    host, port, detail = None, None, ""
    if len(words) == 6 and words[1] in (b"TCP4", b"TCP6"):
        host, port = _host(words[3]), _port(words[5])
        detail = f"for {_printable(words[2])}"
    return Proxied("proxy-protocol", host, port, detail, end + 2, 0)


def _proxy_v2(client: bytes) -> Proxied:
    if len(client) < 16:
        return Proxied("proxy-protocol", None, None, "", None, 0)
    end = 16 + int.from_bytes(client[14:16])
    body = client[16:end]
    host, port, detail = None, None, ""
    # Version 2 and PROXY (not LOCAL); then the family, with TCP.
    if client[12] == 0x21:
        if client[13] == 0x11 and len(body) >= 12:
            host, port = str(IPv4Address(body[4:8])), int.from_bytes(body[10:12])
            detail = f"for {IPv4Address(body[:4])}"
        elif client[13] == 0x21 and len(body) >= 36:
            host, port = str(IPv6Address(body[16:32])), int.from_bytes(body[34:36])
            detail = f"for {IPv6Address(body[:16])}"
    return Proxied("proxy-protocol", host, port, detail, end if end <= len(client) else None, 0)


# HTTP CONNECT (RFC 9110 section 9.3.6)


def _connect(client: bytes, server: bytes) -> Proxied | None:
    asked = deque(_CONNECT.finditer(client), maxlen=1)
    if not asked and (client or not server.startswith(b"HTTP/1.")):
        return None
    host, port, began = None, None, None
    if asked:
        host, port = _authority(asked[0][1])
        # The request line may be all that there is of the head.
        end = _HEAD_END.search(client, asked[0].end() - 1)
        began = None if end is None else end.end()
    heads, answered = _answers(server)
    if not asked and answered is None:
        return None
    schemes = {match[1].decode("ascii").lower() for match in _SCHEME.finditer(client)}
    details = [http_words(heads[-1])] if heads else []
    if len(heads) > 1:
        details.append(f"answer {len(heads)}")
    if schemes:
        details.append(f"authentication: {', '.join(sorted(schemes))}")
    return Proxied("connect", host, port, "; ".join(details), began, answered)


def _answers(server: bytes) -> tuple[list[bytes], int | None]:
    """The heads of a proxy's answers, and where the tunnel begins behind the last good one."""
    heads: list[bytes] = []
    began = None
    place = 0
    while len(heads) < _MAX_ANSWERS:
        status = _STATUS.match(server, place)
        end = None if status is None else _HEAD_END.search(server, status.end() - 1)
        if status is None or end is None:
            break
        head = server[place : end.end()]
        heads.append(head)
        place = end.end()
        if status[1].startswith(b"2"):
            # A body would be an answer to something else than CONNECT.
            if _CHUNKED.search(head) or _size(head):
                return heads, None
            began = place
        elif not status[1].startswith(b"1"):
            place = _after_body(server, head, place)
    return heads, began


def _after_body(server: bytes, head: bytes, place: int) -> int:
    size = _size(head)
    if size is not None:
        return place + size
    following = server.find(b"HTTP/1.", place)
    return len(server) if following < 0 else following


def _size(head: bytes) -> int | None:
    length = _LENGTH.search(head)
    return None if length is None else int(length[1])


def _authority(written: bytes) -> tuple[str | None, int | None]:
    """Host and port of ``host:port``; who put credentials before it loses them here."""
    place = written.rpartition(b"@")[2]
    if place.startswith(b"["):
        host, _, rest = place[1:].partition(b"]")
        return _host(host), _port(rest.removeprefix(b":"))
    host, colon, port = place.rpartition(b":")
    return (_host(host), _port(port)) if colon else (_host(place), None)


def _host(written: bytes) -> str | None:
    """A name or address as it was asked for; None where it can be neither."""
    if not written or len(written) > MAX_HOST:
        return None
    text = written.decode("utf-8", errors="replace")
    return text if text.isprintable() and not set(text) & set(' /\\"<>[]@') else None


def _port(written: bytes) -> int | None:
    if not (written.isdigit() and len(written) <= 5):
        return None
    port = int(written)
    return port if 0 < port < 2**16 else None


# SOCKS 4, 4A (https://www.openssh.com/txt/socks4.protocol, socks4a.protocol)

# The protocol sets no bound; a user's name is shorter than this.
_MAX_USER = 256


def _socks4(client: bytes, server: bytes) -> Proxied | None:
    answered = 8 if len(server) >= 8 and server[:2] == b"\x00\x5a" else None
    if not client:
        return None if answered is None else Proxied("socks4", None, None, "", None, answered)
    if client[1:2] not in (b"\x01", b"\x02"):
        return None
    user_end = client.find(b"\x00", 8, 8 + _MAX_USER)
    if user_end < 0:
        cut = len(client) < 8 + _MAX_USER
        return Proxied("socks4", None, None, "", None, answered) if cut else None
    host: str | None = str(IPv4Address(client[4:8]))
    end = user_end
    # Version 4A: an address that cannot be stands for the name that follows.
    if client[4:7] == b"\x00\x00\x00" and client[7]:
        end = client.find(b"\x00", user_end + 1, user_end + 2 + MAX_HOST)
        host = _host(client[user_end + 1 : max(end, 0)])
    port = int.from_bytes(client[2:4])
    return Proxied("socks4", host, port, "", end + 1 if end >= 0 else None, answered)


# SOCKS 5 (RFC 1928), its login (RFC 1929)

_LOGIN, _GSSAPI = 2, 1


def _socks5(client: bytes, server: bytes) -> Proxied | None:
    answered = _socks5_answer(server)
    if not client:
        return None if answered is None else Proxied("socks5", None, None, "", None, answered)
    if len(client) < 2 or client[1] == 0:
        return None
    method = server[1] if len(server) >= 2 and server[0] == 5 else None
    if method == _GSSAPI:
        # The request is wrapped from here on (RFC 1961): where it leads to is not to be seen.
        return Proxied("socks5", None, None, "GSSAPI", None, None)
    place, detail = 2 + client[1], ""
    if method == _LOGIN or client[place : place + 1] == b"\x01":
        place, detail = _after_login(client, place), "login"
    host, port, end = _socks5_address(client, place)
    return Proxied("socks5", host, port, detail, end, answered)


def _after_login(client: bytes, place: int) -> int:
    # The lengths of name and password stand before each; the version stands before both.
    for header in (2, 1):
        place += header
        if place > len(client):
            return len(client)
        place += client[place - 1]
    return place


def _socks5_answer(server: bytes) -> int | None:
    """Where the tunnel begins in the server's bytes."""
    if len(server) < 2 or server[0] != 5:
        return None
    place = 4 if server[1] == _LOGIN else 2
    if server[place : place + 2] != b"\x05\x00":
        return None
    return _socks5_address(server, place)[2]


def _socks5_address(data: bytes, place: int) -> tuple[str | None, int | None, int | None]:
    """Host, port and end of the request or answer that begins at `place`; None where it is cut."""
    if len(data) < place + 5 or data[place] != 5:
        return None, None, None
    kind, place = data[place + 3], place + 4
    size = {1: 4, 3: data[place] + 1, 4: 16}.get(kind)
    if size is None or len(data) < place + size + 2:
        return None, None, None
    address, end = data[place : place + size], place + size + 2
    port = int.from_bytes(data[end - 2 : end])
    match kind:
        case 1:
            return str(IPv4Address(address)), port, end
        case 4:
            return str(IPv6Address(address)), port, end
        case _:
            return _host(address[1:]), port, end
