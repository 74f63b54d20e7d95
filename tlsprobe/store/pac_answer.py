"""What a PAC script answers: ``PROXY a:3128; SOCKS5 b; DIRECT``, in the order to be tried.

Origin: MDN's page on PAC files (read 2026-11-25). SOCKS without a number is version 4, as Firefox
and Chromium have it.
"""

from collections.abc import Mapping

from tlsprobe.errors import UsageError
from tlsprobe.model.route import Proxy, Route
from tlsprobe.store.proxy_url import parse_proxy

MOST = 64
"""Ways of one answer."""
EXPECTED = "expected DIRECT, or PROXY, HTTP, HTTPS, SOCKS, SOCKS4 or SOCKS5 with HOST[:PORT]"
_SCHEMES: Mapping[str, str] = {
    "PROXY": "http",
    "HTTP": "http",
    "HTTPS": "https",
    "SOCKS": "socks4",
    "SOCKS4": "socks4",
    "SOCKS5": "socks5",
}


def parse_answer(answer: str) -> tuple[Route, ...]:
    """The routes of an answer; an empty one goes directly.

    Raises:
        ValueError: a part is malformed, or there are too many. Nothing of it is repeated.
    """
    parts = [one.strip() for one in answer.split(";")]
    ways = [one for one in parts if one]
    if len(ways) > MOST:
        raise ValueError(f"expected at most {MOST} ways")
    if not ways:
        return (Route(why="the answer is empty"),)
    return tuple(_route(way, number) for number, way in enumerate(ways, start=1))


def _route(way: str, number: int) -> Route:
    kind, _, place = way.partition(" ")
    if kind.upper() == "DIRECT" and not place:
        return Route(why="DIRECT")
    scheme = _SCHEMES.get(kind.upper())
    if scheme is None or not place.strip():
        raise ValueError(f"way {number}: {EXPECTED}")
    return Route(proxy=_proxy(scheme, place.strip(), number), why=kind.upper())


def _proxy(scheme: str, place: str, number: int) -> Proxy:
    if "://" in place:
        raise ValueError(f"way {number}: {EXPECTED}")
    try:
        return parse_proxy(f"{scheme}://{place}", source=f"way {number}")
    except UsageError as error:
        raise ValueError(str(error)) from None
