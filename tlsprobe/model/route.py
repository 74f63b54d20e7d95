"""How an endpoint is reached: directly, or through a proxy.

Whatever knows of proxies (an option, the environment, a system's settings) says it in these values,
and whatever connects takes them. A login is kept apart from the rest: no text of a proxy shows it.
"""

from base64 import b64encode
from dataclasses import dataclass, field
from enum import Enum

from tlsprobe.wire.ip_literals import join_host_port


class ProxyScheme(Enum):
    """What is spoken to a proxy."""

    HTTP = "http"
    """CONNECT (RFC 9110 section 9.3.6)."""
    HTTPS = "https"
    """The same inside TLS to the proxy."""
    SOCKS4 = "socks4"
    """SOCKS 4, with 4A's form for names."""
    SOCKS5 = "socks5"
    """RFC 1928. Names go to the proxy, as curl's `socks5h` does it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """A login. Neither part is ever shown, as the name may be half of the secret."""

    user: str = field(repr=False)
    """As it was given: ``user``, ``DOMAIN\\user`` or ``user@domain``."""
    password: str = field(repr=False)

    @property
    def basic(self) -> str:
        """Both as the scheme Basic sends them (RFC 7617 section 2); readable to everybody who sees it."""
        return b64encode(f"{self.user}:{self.password}".encode()).decode("ascii")


@dataclass(frozen=True, slots=True, kw_only=True)
class Proxy:
    """A proxy that hands connections on."""

    scheme: ProxyScheme
    host: str
    """Name or IP address of the proxy, without brackets."""
    port: int
    credentials: Credentials | None = field(default=None, repr=False)

    @property
    def url(self) -> str:
        """As a URL without its login: ``http://proxy.example:3128``."""
        return f"{self.scheme.value}://{join_host_port(self.host, self.port)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """The way to an endpoint."""

    proxy: Proxy | None = None
    """None goes directly."""
    why: str = field(default="", compare=False)
    """Who says so, in words: ``HTTPS_PROXY``, ``NO_PROXY has .corp.example``."""

    @property
    def via(self) -> str | None:
        """The proxy's URL without its login; None where there is none."""
        return None if self.proxy is None else self.proxy.url


DIRECT = Route(why="no proxy is set")
