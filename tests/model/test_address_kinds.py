"""What an address can be used for."""

from ipaddress import IPv4Address, IPv6Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tlsprobe.model.address_kinds import AddressKind, kind_of


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        ("8.8.8.8", AddressKind.PUBLIC),
        ("2606:4700::1", AddressKind.PUBLIC),
        ("172.15.255.255", AddressKind.PUBLIC),
        ("172.16.0.0", AddressKind.PRIVATE),
        ("172.32.0.0", AddressKind.PUBLIC),
        ("192.168.255.255", AddressKind.PRIVATE),
        ("fdff::1", AddressKind.PRIVATE),
        ("100.64.0.0", AddressKind.SHARED),
        ("100.128.0.0", AddressKind.PUBLIC),
        ("127.255.0.1", AddressKind.LOOPBACK),
        ("::1", AddressKind.LOOPBACK),
        ("::", AddressKind.UNSPECIFIED),
        ("0.0.0.0", AddressKind.UNSPECIFIED),
        ("169.254.169.254", AddressKind.LINK_LOCAL),
        ("fe80::1%eth0", AddressKind.LINK_LOCAL),
        ("203.0.113.9", AddressKind.DOCUMENTATION),
        ("3fff::1", AddressKind.DOCUMENTATION),
        ("198.19.0.1", AddressKind.BENCHMARK),
        ("224.0.0.251", AddressKind.RESERVED),
        ("255.255.255.255", AddressKind.RESERVED),
        ("ff02::fb", AddressKind.RESERVED),
        ("::ffff:10.0.0.1", AddressKind.PRIVATE),
        ("::ffff:8.8.8.8", AddressKind.PUBLIC),
        ("64:ff9b::8.8.8.8", AddressKind.PUBLIC),
        ("64:ff9b::10.0.0.1", AddressKind.PRIVATE),
        ("example.org", None),
        ("", None),
    ],
)
def test_kinds(address, kind):
    """Each registry has its kind; an IPv4 address inside an IPv6 one has its own."""
    assert kind_of(address) is kind


@given(st.one_of(st.ip_addresses(v=4), st.ip_addresses(v=6)))
def test_every_address_has_one(address):
    """Every address is of some kind, and a public one is none of the special ones that Python knows."""
    kind = kind_of(str(address))
    assert kind is not None
    if isinstance(address, IPv4Address) and kind is AddressKind.PUBLIC:
        assert address.is_global
    if isinstance(address, IPv6Address) and address.is_link_local:
        assert kind is AddressKind.LINK_LOCAL
