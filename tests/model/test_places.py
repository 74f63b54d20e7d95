"""Where hops lie, by their addresses."""

import pytest

from tlsprobe.model.places import Place, Scope, places, scope_of

I, E, B, U = Place.INSIDE, Place.EDGE, Place.BEYOND, Place.UNKNOWN  # noqa: E741


@pytest.mark.parametrize(
    ("address", "scope"),
    [
        ("10.0.0.1", Scope.PRIVATE),
        ("172.31.255.255", Scope.PRIVATE),
        ("172.32.0.0", Scope.PUBLIC),
        ("192.168.1.1", Scope.PRIVATE),
        ("100.64.0.1", Scope.SHARED),
        ("100.128.0.1", Scope.PUBLIC),
        ("169.254.1.1", Scope.LOCAL),
        ("127.0.0.1", Scope.LOCAL),
        ("8.8.8.8", Scope.PUBLIC),
        ("fd99::1", Scope.PRIVATE),
        ("fe80::1%eth0", Scope.LOCAL),
        ("2001:db8::1", Scope.PUBLIC),
        ("::ffff:10.0.0.1", Scope.PRIVATE),
    ],
)
def test_scopes(address, scope):
    """Who may use an address is told by the block that it is of."""
    assert scope_of(address) is scope


@pytest.mark.parametrize(
    ("addresses", "endpoint", "expected"),
    [
        (["10.0.0.1", "10.0.1.1", "198.51.100.1", "203.0.113.9"], "203.0.113.9", [I, E, B, B]),
        # A provider's own private routers are not the user's.
        (["10.0.0.1", "198.51.100.1", "10.9.9.9"], "203.0.113.9", [E, B, B]),
        # Nor is what a provider shares among his customers.
        (["192.168.0.1", "100.64.0.1", "198.51.100.1"], "203.0.113.9", [E, B, B]),
        # All of it is the user's where the endpoint is.
        (["10.0.0.1", "10.0.1.1", "10.0.2.1"], "10.0.2.1", [I, I, I]),
        (["10.0.0.1", None, "10.0.2.1"], "10.0.3.1", [I, I, I]),
        (["10.0.0.1", None], "10.0.3.1", [I, I]),
        # Who is silent between one's own and others' routers may be either's.
        (["10.0.0.1", None, "198.51.100.1"], "203.0.113.9", [E, U, B]),
        ([None, "10.0.1.1", None], "203.0.113.9", [I, E, U]),
        (["198.51.100.1", "198.51.100.2"], "203.0.113.9", [E, B]),
        ([], "203.0.113.9", []),
    ],
)
def test_places(addresses, endpoint, expected):
    """An unbroken row of private hops is one's own, its last one the edge."""
    assert list(places(addresses, endpoint)) == expected
