"""The URL of a proxy, as curl takes it: ``http://user:password@proxy.example:3128``.

What is malformed is refused without a word of it, since any part of it may be a password that went
astray.
"""

from typing import NamedTuple
from urllib.parse import unquote

from tlsprobe.errors import UsageError
from tlsprobe.model.route import Credentials, Proxy, ProxyScheme
from tlsprobe.store.host_names import host_name
from tlsprobe.wire.ip_literals import is_ip_literal

EXPECTED = "expected http://[USER:PASSWORD@]HOST[:PORT], or the same with https, socks5 or socks4"
_SCHEMES = {
    "http": ProxyScheme.HTTP,
    "https": ProxyScheme.HTTPS,
    "socks": ProxyScheme.SOCKS5,
    "socks5": ProxyScheme.SOCKS5,
    "socks5h": ProxyScheme.SOCKS5,
    "socks4": ProxyScheme.SOCKS4,
    "socks4a": ProxyScheme.SOCKS4,
}
DEFAULT_PORTS = {
    ProxyScheme.HTTP: 80,
    ProxyScheme.HTTPS: 443,
    ProxyScheme.SOCKS4: 1080,
    ProxyScheme.SOCKS5: 1080,
}
"""Those of the schemes, as .NET, Go and wget have it; curl alone takes 1080 for http too."""
LONGEST_SOCKS_LOGIN = 255
"""Bytes of a name, and of a password (RFC 1929 section 2)."""


def parse_proxy(text: str, *, source: str) -> Proxy:
    """The proxy that `text` names; without a scheme it speaks HTTP.

    `source` is what the message of an error begins with, such as ``--via``.

    Raises:
        UsageError: it is malformed; the message repeats nothing of it.
    """
    try:
        scheme, authority = _parted(text.strip())
        login, at, place = authority.rpartition("@")
        host, port = _place(place)
        return Proxy(
            scheme=scheme,
            host=host,
            port=DEFAULT_PORTS[scheme] if port is None else port,
            credentials=_credentials(login, scheme) if at else None,
        )
    except ValueError as error:
        raise UsageError(f"{source}: {error}") from None


class _Parts(NamedTuple):
    scheme: ProxyScheme
    authority: str


def _parted(text: str) -> _Parts:
    """The scheme, and what stands between it and a path."""
    head, found, rest = text.partition("://")
    if not found:
        head, rest = "http", text
    scheme = _SCHEMES.get(head.lower())
    if scheme is None:
        raise ValueError(EXPECTED)
    # A password may hold any of these; what comes behind the last @ holds none.
    login, at, place = rest.rpartition("@")
    for end in "/?#":
        place = place.partition(end)[0]
    return _Parts(scheme, login + at + place)


def _place(text: str) -> tuple[str, int | None]:
    if text.startswith("["):
        host, closed, rest = text[1:].partition("]")
        if not closed or (rest and not rest.startswith(":")) or ":" not in host:
            raise ValueError(EXPECTED)
        if not is_ip_literal(host):
            raise ValueError("expected an IPv6 address in the brackets")
        return host_name(host), _port(rest[1:]) if rest[1:] else None
    host, _, port = text.partition(":")
    if not host or ":" in port:
        raise ValueError(EXPECTED)
    return host_name(host), _port(port) if port else None


def _port(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 5 and 0 < int(text) <= 65535):
        raise ValueError("the port: expected a number from 1 to 65535")
    return int(text)


def _credentials(login: str, scheme: ProxyScheme) -> Credentials:
    """The login, with its %XX decoded (RFC 3986 section 2.1)."""
    user, _, password = login.partition(":")
    try:
        found = Credentials(
            user=unquote(user, errors="strict"), password=unquote(password, errors="strict")
        )
        sizes = len(found.user.encode()), len(found.password.encode())
    except UnicodeError:
        raise ValueError("the login: expected %XX of UTF-8") from None
    if scheme is ProxyScheme.SOCKS5 and not (
        0 < sizes[0] <= LONGEST_SOCKS_LOGIN and 0 < sizes[1] <= LONGEST_SOCKS_LOGIN
    ):
        raise ValueError("the login: SOCKS 5 takes a name and a password of 1 to 255 bytes each")
    if scheme is ProxyScheme.SOCKS4 and "\0" in found.user:
        raise ValueError("the login: SOCKS 4 takes a name without a NUL")
    return found
