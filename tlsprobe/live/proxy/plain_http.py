"""The way of plain HTTP along a route: proxies are asked for the whole URL, and by CONNECT only for TLS."""

from base64 import b64encode

from tlsprobe.live.dial import Dial
from tlsprobe.live.http_fetch import Forwarder, Way
from tlsprobe.model.route import Credentials, Proxy, ProxyScheme


def way(dial: Dial, proxy: Proxy | None, through: Dial) -> Way:
    """How servers are reached by `dial` alone, or by `proxy`, which `through` goes through.

    A login is sent as Basic: no other fits into one question. Proxies of another kind are gone through
    as for everything else.
    """
    if proxy is None:
        return Way(dial=dial)
    if proxy.scheme is not ProxyScheme.HTTP:
        return Way(dial=through, takes_names=True)
    login = None if proxy.credentials is None else _basic(proxy.credentials)
    return Way(
        dial=dial, forwarder=Forwarder(host=proxy.host, port=proxy.port, authorization=login)
    )


def _basic(login: Credentials) -> str:
    """RFC 7617 section 2."""
    return f"Basic {b64encode(f'{login.user}:{login.password}'.encode()).decode('ascii')}"
