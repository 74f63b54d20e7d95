"""Where a hop lies, as far as addresses tell: inside the user's network, at its edge, or beyond.

Addresses tell who may use them, not who does: a provider may number its routers privately too. Only
an unbroken row of private hops from the first one on counts as the user's own network.
"""

from collections.abc import Sequence
from enum import Enum
from ipaddress import ip_address, ip_network

from tlsprobe.wire.ip_literals import is_ip_literal


class Scope(Enum):
    """Who may use an address."""

    PRIVATE = "private"
    """RFC 1918, RFC 4193 (ULA)."""
    SHARED = "shared"
    """RFC 6598: between a provider and its customers, behind the provider's own NAT."""
    LOCAL = "local"
    """This machine or this link: loopback, link-local."""
    PUBLIC = "public"


class Place(Enum):
    """Where a hop lies; the value completes "it stands"."""

    INSIDE = "inside your network"
    EDGE = "at your edge"
    BEYOND = "beyond your network"
    UNKNOWN = "nobody can say where"


_SCOPES = tuple(
    (ip_network(network), scope)
    for network, scope in (
        ("10.0.0.0/8", Scope.PRIVATE),
        ("172.16.0.0/12", Scope.PRIVATE),
        ("192.168.0.0/16", Scope.PRIVATE),
        ("fc00::/7", Scope.PRIVATE),
        ("100.64.0.0/10", Scope.SHARED),
        ("127.0.0.0/8", Scope.LOCAL),
        ("169.254.0.0/16", Scope.LOCAL),
        ("::1/128", Scope.LOCAL),
        ("fe80::/10", Scope.LOCAL),
    )
)


def scope_of(address: str) -> Scope:
    """Who may use `address`, an IP address with or without a zone.

    A name, which is all that is known behind a proxy, is anybody's.
    """
    bare = address.partition("%")[0]
    if not is_ip_literal(bare):
        return Scope.PUBLIC
    ip = ip_address(bare)
    mapped = getattr(ip, "ipv4_mapped", None)
    return next((scope for net, scope in _SCOPES if (mapped or ip) in net), Scope.PUBLIC)


def places(addresses: Sequence[str | None], endpoint: str) -> tuple[Place, ...]:
    """Where each hop lies; `addresses` begins with the first hop's, None where it did not tell."""
    own = [None if one is None else _own(one) for one in addresses]
    foreign = next((index for index, one in enumerate(own) if one is False), None)
    known = [index for index, one in enumerate(own[:foreign]) if one]
    last = known[-1] if known else -1
    # Where nothing foreign comes, the path ends as it began.
    crosses = foreign is not None or not _own(endpoint)
    found: list[Place] = []
    for index in range(len(own)):
        if index < last or (index == last and not crosses):
            found.append(Place.INSIDE)
        elif index == last or (index == 0 and foreign == 0):
            # The first hop is the one that this machine's link has, whoever numbered it.
            found.append(Place.EDGE)
        elif foreign is not None and index >= foreign:
            found.append(Place.BEYOND)
        else:
            found.append(Place.UNKNOWN if crosses else Place.INSIDE)
    return tuple(found)


def _own(address: str) -> bool:
    return scope_of(address) in (Scope.PRIVATE, Scope.LOCAL)
