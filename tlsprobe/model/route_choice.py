"""Which way a client of a machine would take to an endpoint, and why: each has settings of its own.

A service of Windows, a program of .NET and a signed-in user may go three different ways from one
machine, so that what a browser shows says nothing of what a service meets.
"""

from enum import Enum
from ipaddress import ip_address
from typing import NamedTuple

from msgspec import Struct

from tlsprobe.model.route import Route
from tlsprobe.wire.ip_literals import bracketed, is_ip_literal


class Client(Enum):
    """Whose settings decide; the value is their name in JSON."""

    DOTNET = "dotnet"
    """.NET Framework: what its ``machine.config`` says. The sync engine of Entra Connect obeys it."""
    WINHTTP = "winhttp"
    """Windows HTTP Services: most services, which run as SYSTEM."""
    WININET = "wininet"
    """The Internet settings of the user who asks: browsers, wizards."""
    ENVIRONMENT = "environment"
    """This process's environment variables: curl, Python, and this program."""
    PAC = "pac"
    """A script for the automatic configuration of proxies that somebody named."""


class Place(NamedTuple):
    """Where somebody wants to go: an endpoint of TLS."""

    host: str
    """As DNS has it, in lower case, or an IP address without brackets."""
    port: int

    @property
    def url(self) -> str:
        """As clients ask about it: without a path, and without the port that is usual."""
        host = bracketed(self.host)
        return f"https://{host}" if self.port == 443 else f"https://{host}:{self.port}"

    @property
    def loopback(self) -> bool:
        """Whether it is this machine, to which no client of Windows takes a proxy."""
        if is_ip_literal(self.host):
            return ip_address(self.host).is_loopback
        return self.host in {"localhost", "loopback"}

    @property
    def plain(self) -> bool:
        """Whether the host is a name without a dot."""
        return "." not in self.host and not is_ip_literal(self.host)


class RouteChoice(Struct, frozen=True, kw_only=True):
    """The routes that one client would take to a place."""

    client: Client
    routes: tuple[Route, ...]
    """In the order in which it would try them; empty where that cannot be told."""
    why: str
    """The setting that decides, in words; or what is missing."""
    fault: str = ""
    """What is wrong with what a script says of the place; empty where nothing is."""


class Decision(Struct, frozen=True, kw_only=True):
    """What settings say of a place, before a script was asked."""

    why: str
    routes: tuple[Route, ...] = ()
    """Empty where it cannot be told, or where a script decides."""
    script: str | None = None
    """Where the script lies that decides."""

    def by(self, client: Client) -> RouteChoice:
        """The choice of `client`, if no script is to be asked."""
        routes = tuple(Route(proxy=one.proxy, why=self.why) for one in self.routes)
        return RouteChoice(client=client, routes=routes, why=self.why)
