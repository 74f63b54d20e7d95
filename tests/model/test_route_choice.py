"""Places, and what is said of them."""

import pytest

from tlsprobe.model.route import Proxy, ProxyScheme, Route
from tlsprobe.model.route_choice import Client, Decision, Place


@pytest.mark.parametrize(
    ("host", "port", "url"),
    [
        ("login.microsoftonline.com", 443, "https://login.microsoftonline.com"),
        ("host", 8443, "https://host:8443"),
        ("2001:db8::1", 443, "https://[2001:db8::1]"),
        ("2001:db8::1", 444, "https://[2001:db8::1]:444"),
    ],
)
def test_the_url_of_a_place(host, port, url):
    """Clients ask with the port where it is not the usual one, and with brackets for IPv6."""
    assert Place(host, port).url == url


@pytest.mark.parametrize(
    ("host", "loopback", "plain"),
    [
        ("localhost", True, True),
        ("loopback", True, True),
        ("127.0.0.1", True, False),
        ("::1", True, False),
        ("intranet", False, True),
        ("a.example", False, False),
        ("2001:db8::1", False, False),
    ],
)
def test_what_is_near(host, loopback, plain):
    """This machine by name and address; a name without a dot, which no address is."""
    place = Place(host, 443)
    assert (place.loopback, place.plain) == (loopback, plain)


def test_a_decision_becomes_a_choice():
    """The choice keeps the routes in order, and each says who decided."""
    proxy = Proxy(scheme=ProxyScheme.HTTP, host="proxy", port=3128)
    decision = Decision(why="the setting", routes=(Route(proxy=proxy), Route()))
    choice = decision.by(Client.DOTNET)
    assert [route.via for route in choice.routes] == ["http://proxy:3128", None]
    assert {route.why for route in choice.routes} == {choice.why} == {"the setting"}
