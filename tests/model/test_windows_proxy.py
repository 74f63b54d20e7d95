"""What WinINET's and WinHTTP's settings say of a place."""

import pytest

from tlsprobe.model.route import Proxy, ProxyScheme
from tlsprobe.model.route_choice import Place
from tlsprobe.model.windows_proxy import WindowsProxy

PROXY = Proxy(scheme=ProxyScheme.HTTP, host="proxy", port=3128)
OTHER = Proxy(scheme=ProxyScheme.HTTP, host="other", port=80)
SOCKS = Proxy(scheme=ProxyScheme.SOCKS4, host="socks", port=1080)
PLACE = Place("login.microsoftonline.com", 443)


def way(place=PLACE, **settings):
    """Where settings send to: a proxy's URL, "direct", or None where a script decides."""
    decision = WindowsProxy(origin="HKCU", **settings).decide(place)
    assert decision.why.startswith("HKCU: ")
    assert (decision.script is None) is bool(decision.routes)
    return (decision.routes[0].via or "direct") if decision.routes else None


@pytest.mark.parametrize(
    ("proxies", "socks", "expected"),
    [
        ({}, True, "direct"),
        ({"": PROXY}, True, "http://proxy:3128"),
        ({"http": OTHER, "https": PROXY}, True, "http://proxy:3128"),
        ({"http": OTHER}, True, "direct"),
        ({"": OTHER, "https": PROXY}, True, "http://proxy:3128"),
        ({"http": OTHER, "socks": SOCKS}, True, "socks4://socks:1080"),
        ({"http": OTHER, "socks": SOCKS}, False, "direct"),
    ],
)
def test_the_proxy_for_tls(proxies, socks, expected):
    """That of https counts, then that of every scheme, then SOCKS where the client speaks it."""
    assert way(proxies=proxies, socks=socks) == expected


@pytest.mark.parametrize(
    ("entry", "host", "port", "past"),
    [
        ("*.microsoftonline.com", "login.microsoftonline.com", 443, True),
        ("microsoftonline.com", "login.microsoftonline.com", 443, False),
        ("login.microsoftonline.com", "login.microsoftonline.com", 443, True),
        ("https://*.contoso.com", "www.contoso.com", 443, True),
        ("http://*.contoso.com", "www.contoso.com", 443, False),
        ("*.contoso.com:8443", "www.contoso.com", 443, False),
        ("*.contoso.com:8443", "www.contoso.com", 8443, True),
        ("10.*", "10.1.2.3", 443, True),
        ("2001:db8::*", "2001:db8::1", 443, True),
        ("[2001:db8::1]:443", "2001:db8::1", 443, True),
        ("[2001:db8::1]:444", "2001:db8::1", 443, False),
        ("<local>", "intranet", 443, True),
        ("<local>", "intranet.corp.example", 443, False),
        ("<local>", "10.1.2.3", 443, False),
        ("other", "localhost", 443, True),
        ("<-loopback>", "localhost", 443, False),
        ("<-loopback>", "127.0.0.1", 443, False),
    ],
)
def test_exceptions(entry, host, port, past):
    """Hosts with stars, perhaps with scheme and port; short names; this machine unless taken out."""
    found = way(Place(host, port), proxies={"": PROXY}, bypass=(entry,))
    assert found == ("direct" if past else "http://proxy:3128")


def test_a_script_decides_before_a_proxy():
    """Where a script is set, a proxy that is set as well waits; WPAD that is on is told."""
    settings = WindowsProxy(
        origin="HKCU", script="http://wpad/proxy.pac", detect=True, proxies={"": PROXY}
    )
    decision = settings.decide(PLACE)
    assert (decision.script, decision.routes) == ("http://wpad/proxy.pac", ())
    assert "WPAD is on, and was not looked for" in decision.why


def test_the_reason_names_what_decides():
    """An exception is told with the entry that takes the host in."""
    settings = WindowsProxy(origin="HKLM", proxies={"": PROXY}, bypass=("a", "*.com"))
    assert "the exception *.com takes in login.microsoftonline.com" in settings.decide(PLACE).why
