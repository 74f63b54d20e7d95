"""What an address can be used for, by IANA's registries of special-purpose addresses (RFC 6890).

Python's `ipaddress` answers this otherwise from version to version, and does not tell the kinds apart:
a private address may be the owner's own endpoint in a network of his, one for documentation never is.
"""

from enum import Enum
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network


class AddressKind(Enum):
    """Who can be at an address; the value is how reports word it."""

    __hash__ = object.__hash__

    PUBLIC = "public"
    PRIVATE = "private"
    """Of one network only: RFC 1918, RFC 4193."""
    SHARED = "carrier-grade NAT"
    """Between a provider and his customers (RFC 6598); overlay networks use it, too."""
    LOOPBACK = "loopback"
    UNSPECIFIED = "unspecified"
    """``0.0.0.0`` and ``::``: what filters answer that mean nobody."""
    LINK_LOCAL = "link-local"
    DOCUMENTATION = "documentation"
    BENCHMARK = "benchmarking"
    """RFC 2544. Proxies on the machine answer with them, to recognise what they made up."""
    RESERVED = "reserved"
    """Multicast, and what nobody was ever given."""


_Network = IPv4Network | IPv6Network
_TABLE: tuple[tuple[AddressKind, tuple[str, ...]], ...] = (
    (AddressKind.UNSPECIFIED, ("0.0.0.0/8", "::/128")),
    (AddressKind.PRIVATE, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7")),
    (AddressKind.SHARED, ("100.64.0.0/10",)),
    (AddressKind.LOOPBACK, ("127.0.0.0/8", "::1/128")),
    (AddressKind.LINK_LOCAL, ("169.254.0.0/16", "fe80::/10")),
    (
        AddressKind.DOCUMENTATION,
        ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32", "3fff::/20"),
    ),
    (AddressKind.BENCHMARK, ("198.18.0.0/15", "2001:2::/48")),
    (AddressKind.RESERVED, ("192.0.0.0/24", "224.0.0.0/3", "100::/64", "fec0::/10", "ff00::/8")),
)
_NETWORKS: tuple[tuple[_Network, AddressKind], ...] = tuple(
    (ip_network(one), kind) for kind, networks in _TABLE for one in networks
)
_EMBEDDING = (IPv6Network("::ffff:0:0/96"), IPv6Network("64:ff9b::/96"))
"""Whose last four bytes are an IPv4 address: mapped ones, and those of NAT64 (RFC 6052)."""


@lru_cache(maxsize=1024)
def kind_of(address: str) -> AddressKind | None:
    """The kind of an IP address, which may have a zone; None for what is none."""
    try:
        parsed: IPv4Address | IPv6Address = ip_address(address)
    except ValueError:
        return None
    if isinstance(parsed, IPv6Address):
        bare = IPv6Address(int(parsed))  # without a zone, which is in no network
        embedding = any(bare in one for one in _EMBEDDING)
        parsed = IPv4Address(int(bare) & 0xFFFFFFFF) if embedding else bare
    for network, kind in _NETWORKS:
        if parsed.version == network.version and parsed in network:
            return kind
    return AddressKind.PUBLIC
