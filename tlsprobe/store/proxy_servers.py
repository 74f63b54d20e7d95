"""Lists of proxies and of exceptions, as Windows writes them: ``http=a:80;https=b:3128``.

Origin: Microsoft's pages on WINHTTP_PROXY_INFO and "Enabling Internet Functionality" (read
2026-11-25): entries stand between semicolons or blanks, each as ``[SCHEME=][SCHEME://]HOST[:PORT]``.
"""

import re
from collections.abc import Mapping
from dataclasses import replace

from tlsprobe.errors import UsageError
from tlsprobe.model.route import Proxy, ProxyScheme
from tlsprobe.model.windows_proxy import EVERY_SCHEME
from tlsprobe.store.proxy_url import parse_proxy

MOST_ENTRIES = 4096
"""Of a list."""
_BETWEEN = re.compile(r"[;\s]+")
_SOCKS_PORT = 1080


def parse_servers(text: str) -> Mapping[str, Proxy]:
    """The proxies of a list by the scheme that each is for; the first of a scheme counts.

    Raises:
        ValueError: an entry is malformed; the message repeats nothing of it.
    """
    found: dict[str, Proxy] = {}
    for number, entry in enumerate(_entries(text), start=1):
        head, named, rest = entry.partition("=")
        scheme = head.lower() if named else EVERY_SCHEME
        try:
            proxy = parse_proxy(rest if named else entry, source=f"proxy {number}")
        except UsageError as error:
            raise ValueError(str(error)) from None
        found.setdefault(scheme, _of_scheme(proxy, scheme, rest))
    return found


def parse_exceptions(text: str) -> tuple[str, ...]:
    """The entries of a list of exceptions, in lower case.

    Raises:
        ValueError: there are too many.
    """
    return tuple(entry.lower() for entry in _entries(text))


def _entries(text: str) -> list[str]:
    entries = [one for one in _BETWEEN.split(text) if one]
    if len(entries) > MOST_ENTRIES:
        raise ValueError(f"expected at most {MOST_ENTRIES} entries")
    return entries


def _of_scheme(proxy: Proxy, scheme: str, written: str) -> Proxy:
    """What ``socks=`` names speaks SOCKS 4, whatever is not said; all else is as written."""
    if scheme != "socks" or "://" in written:
        return proxy
    port = proxy.port if re.search(r":\d+/*$", written) else _SOCKS_PORT
    return replace(proxy, scheme=ProxyScheme.SOCKS4, port=port)
