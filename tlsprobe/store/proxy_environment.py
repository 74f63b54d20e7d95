"""Which way to an endpoint the caller and the environment want, by curl's rules.

``https_proxy``, then ``all_proxy``, each also in capitals, name the proxy; ``no_proxy`` lists what is
reached without it: names with all that is under them, IP addresses, networks, or ``*`` for everything.
"""

import re
from collections.abc import Mapping
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

from msgspec import Struct

from tlsprobe.model.reference import host_key
from tlsprobe.model.route import DIRECT, Proxy, Route
from tlsprobe.store.proxy_url import parse_proxy
from tlsprobe.wire.ip_literals import is_ip_literal

NONE = "none"
"""Of ``--via``: directly, whatever the environment says."""
_PROXY_NAMES = ("https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY")
_EXCEPTION_NAMES = ("no_proxy", "NO_PROXY")


class Exceptions(Struct, frozen=True, kw_only=True):
    """What is reached without the proxy."""

    source: str = ""
    """The variable that says so."""
    everything: bool = False
    names: frozenset[str] = frozenset()
    networks: tuple[IPv4Network | IPv6Network, ...] = ()

    def match(self, host: str) -> str | None:
        """The entry that `host`, a name or an IP address, falls under."""
        if self.everything:
            return "*"
        if is_ip_literal(host):
            address = ip_address(host.partition("%")[0])
            found = (one for one in self.networks if address in one)
            return next((_shown(one) for one in found), None)
        labels = host_key(host).split(".")
        tails = (".".join(labels[at:]) for at in range(len(labels)))
        return next((tail for tail in tails if tail in self.names), None)


class Routing(Struct, frozen=True, kw_only=True):
    """Which route each endpoint takes."""

    usual: Route = DIRECT
    exceptions: Exceptions = Exceptions()

    def route(self, host: str) -> Route:
        """The route to `host`, with the reason."""
        if self.usual.proxy is None:
            return self.usual
        entry = self.exceptions.match(host)
        return self.usual if entry is None else Route(why=f"{self.exceptions.source} has {entry}")

    def others(self, host: str) -> tuple[Route, ...]:
        """The routes beside that one: direct beside the proxy, and the reverse; none without a proxy."""
        if self.usual.proxy is None:
            return ()
        return (DIRECT,) if self.route(host).proxy is not None else (self.usual,)


def routing(via: str | None, environment: Mapping[str, str]) -> Routing:
    """The routes that ``--via`` asks for; where it says nothing, those of the environment.

    What is asked for by name holds for every endpoint, also for those that ``no_proxy`` lists.

    Raises:
        UsageError: the option, or a variable that counts, names no proxy.
    """
    if via is not None:
        if via.strip().lower() == NONE:
            return Routing(usual=Route(why="--via none"))
        return Routing(usual=Route(proxy=parse_proxy(via, source="--via"), why="--via"))
    name = next((one for one in _PROXY_NAMES if environment.get(one)), None)
    if name is None:
        return Routing()
    proxy: Proxy = parse_proxy(environment[name], source=name)
    return Routing(usual=Route(proxy=proxy, why=name), exceptions=_exceptions(environment))


def _exceptions(environment: Mapping[str, str]) -> Exceptions:
    source = next((one for one in _EXCEPTION_NAMES if environment.get(one)), None)
    return Exceptions() if source is None else parse_exceptions(environment[source], source=source)


def parse_exceptions(text: str, *, source: str) -> Exceptions:
    """The list of a ``no_proxy``. An entry that is none of its kinds stands for nothing, as in curl."""
    if text.strip() == "*":
        return Exceptions(source=source, everything=True)
    names: set[str] = set()
    networks: list[IPv4Network | IPv6Network] = []
    for entry in re.split(r"[,\s]+", text):
        network = _network(entry)
        if network is not None:
            networks.append(network)
        elif entry.strip("."):
            names.add(host_key(entry.removeprefix(".")))
    return Exceptions(source=source, names=frozenset(names), networks=tuple(networks))


def _network(entry: str) -> IPv4Network | IPv6Network | None:
    head, slash, bits = entry.partition("/")
    bare = head[1:-1] if head.startswith("[") and head.endswith("]") else head
    if not is_ip_literal(bare) or "%" in bare:
        return None
    try:
        return ip_network(f"{bare}{slash}{bits}", strict=False)
    except ValueError:
        return None


def _shown(network: IPv4Network | IPv6Network) -> str:
    alone = network.num_addresses == 1
    return str(network.network_address) if alone else str(network)
