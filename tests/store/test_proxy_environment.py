"""Which route the environment and the caller want."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tlsprobe.errors import UsageError
from tlsprobe.model.route import Route
from tlsprobe.store.proxy_environment import parse_exceptions, routing

URL = "http://anna:horse@proxy.example:3128"
VIA = "http://proxy.example:3128"


@pytest.mark.parametrize(
    ("environment", "via", "why"),
    [
        ({}, None, "no proxy is set"),
        ({"HTTPS_PROXY": URL}, VIA, "HTTPS_PROXY"),
        ({"https_proxy": URL, "HTTPS_PROXY": "http://other"}, VIA, "https_proxy"),
        ({"ALL_PROXY": "socks5://other"}, "socks5://other:1080", "ALL_PROXY"),
        ({"https_proxy": "", "all_proxy": URL}, VIA, "all_proxy"),
        ({"HTTP_PROXY": URL, "http_proxy": URL}, None, "no proxy is set"),
        ({"HTTPS_PROXY": URL, "NO_PROXY": "*"}, None, "NO_PROXY has *"),
        ({"HTTPS_PROXY": URL, "no_proxy": "example"}, None, "no_proxy has example"),
        ({"HTTPS_PROXY": URL, "no_proxy": "", "NO_PROXY": "x"}, VIA, "HTTPS_PROXY"),
    ],
)
def test_the_environment(environment: dict[str, str], via: str | None, why: str) -> None:
    """HTTPS_PROXY before ALL_PROXY, small letters before capitals, and what is empty is not there."""
    route = routing(None, environment).route("login.example")
    assert (route.via, route.why) == (via, why)


def test_the_option() -> None:
    """What is asked for by name holds for every endpoint; `none` goes directly."""
    environment = {"HTTPS_PROXY": "http://other", "NO_PROXY": "*"}
    route = routing(URL, environment).route("login.example")
    assert (route.via, route.why) == (VIA, "--via")
    assert routing(" None ", environment).route("login.example") == Route()
    assert routing("none", environment).route("login.example").why == "--via none"


@pytest.mark.parametrize(
    ("entries", "host", "entry"),
    [
        ("example.com", "example.com", "example.com"),
        ("example.com", "www.example.com", "example.com"),
        (".example.com", "www.example.com", "example.com"),
        (".example.com", "example.com", "example.com"),
        ("example.com.", "WWW.example.com.", "example.com"),
        ("example.com", "notexample.com", None),
        ("www.example.com", "example.com", None),
        ("*.example.com", "www.example.com", None),
        ("a, b  c", "c", "c"),
        ("192.0.2.1", "192.0.2.1", "192.0.2.1"),
        ("192.0.2.0/24", "192.0.2.77", "192.0.2.0/24"),
        ("192.0.2.9/24", "192.0.3.1", None),
        ("10.0.0.0/8", "2001:db8::1", None),
        ("[2001:db8::1]", "2001:db8:0::1", "2001:db8::1"),
        ("2001:db8::/32", "2001:db8::77", "2001:db8::/32"),
        ("192.0.2.0/99", "192.0.2.1", None),
        ("2.1", "192.0.2.1", None),
        ("example.com:443", "example.com", None),
        (" , . ,", "example.com", None),
        ("a,*", "b", None),
    ],
)
def test_exceptions(entries: str, host: str, entry: str | None) -> None:
    """As curl has it: a name with all under it, an address, a network."""
    assert parse_exceptions(entries, source="no_proxy").match(host) == entry


def test_a_variable_that_names_no_proxy() -> None:
    """It is named, and nothing of it is repeated."""
    with pytest.raises(UsageError) as caught:
        routing(None, {"HTTPS_PROXY": "http://anna:horse"})
    assert str(caught.value) == "HTTPS_PROXY: the port: expected a number from 1 to 65535"
    assert routing("none", {"HTTPS_PROXY": "http://anna:horse"}).usual.proxy is None


@given(st.text(), st.text() | st.ip_addresses().map(str))
def test_no_list_raises(entries: str, host: str) -> None:
    """Whatever stands there, a host is excepted or not."""
    found = parse_exceptions(entries, source="no_proxy").match(host)
    assert found is None or isinstance(found, str)
