"""Which way .NET's defaultProxy sends a program."""

import re

import pytest
from msgspec.structs import replace

from tlsprobe.model.dotnet_proxy import DefaultProxy, Exemption, left_to_the_system
from tlsprobe.model.route import Proxy, ProxyScheme
from tlsprobe.model.route_choice import Place
from tlsprobe.model.windows_proxy import WindowsProxy

PROXY = Proxy(scheme=ProxyScheme.HTTP, host="proxy", port=3128)
ACCOUNT = WindowsProxy(
    origin="HKU",
    proxies={"": Proxy(scheme=ProxyScheme.HTTP, host="account", port=80)},
    bypass=("<local>", "*.past.example"),
)
SCRIPTED = WindowsProxy(origin="HKU", script="http://wpad/x.pac", proxies=ACCOUNT.proxies)
HOST = "login.microsoftonline.com"


def exemptions(*texts):
    """A bypasslist."""
    return tuple(Exemption(text=one, pattern=re.compile(one, re.IGNORECASE)) for one in texts)


def decision(host=HOST, *, port=443, system=None, domain=None, tried=None, **section):
    """What a section says of a place."""
    config = DefaultProxy(origin="machine.config line 9", **section)
    found = config.decide(Place(host, port), system=system, domain=domain, tried=tried)
    assert found.why.startswith("machine.config line 9: ")
    return found


def way(*arguments, **section):
    """Where it sends to; None where that cannot be told."""
    found = decision(*arguments, **section)
    return (found.routes[0].via or "direct") if found.routes else None


@pytest.mark.parametrize(
    ("section", "system", "expected"),
    [
        # Nothing is set: what the system says, its script too.
        ({}, ACCOUNT, "http://account:80"),
        ({}, None, None),
        ({"use_default_credentials": True}, ACCOUNT, "http://account:80"),
        ({"enabled": False, "address": PROXY}, ACCOUNT, "direct"),
        ({"use_system": False}, ACCOUNT, "direct"),
        # The example of Microsoft's page: own address, and the system's exceptions.
        (
            {"use_system": True, "address": PROXY, "bypass_local": True},
            ACCOUNT,
            "http://proxy:3128",
        ),
        ({"use_system": True, "address": PROXY, "bypass_local": True}, None, "http://proxy:3128"),
        ({"address": PROXY}, ACCOUNT, "http://proxy:3128"),
        ({"use_system": False, "address": PROXY}, ACCOUNT, "http://proxy:3128"),
        # usesystemdefault takes the proxy that is set, never a script.
        ({"use_system": True}, SCRIPTED, "http://account:80"),
        ({"use_system": True}, None, None),
        # A list or bypassonlocal alone takes nothing from the system.
        ({"bypass_local": True}, ACCOUNT, "direct"),
        ({"bypass": exemptions("x")}, ACCOUNT, "direct"),
        ({"detect": False}, ACCOUNT, "direct"),
        ({"detect": True}, ACCOUNT, None),
        ({"module": "Corp.Proxy, Corp", "address": PROXY}, ACCOUNT, None),
    ],
)
def test_who_decides(section, system, expected):
    """Each way in which a section may be written, as .NET Framework takes it."""
    assert way(system=system, **section) == expected


def test_nothing_set_follows_the_accounts_script():
    """Without a section of its own a program asks the script of its account."""
    assert decision(system=SCRIPTED).script == "http://wpad/x.pac"
    found = left_to_the_system("machine.config", Place(HOST, 443), SCRIPTED)
    assert found.script == "http://wpad/x.pac"


def test_a_script_of_its_own():
    """ScriptLocation decides alone, and is out of force beside whatever else is set."""
    assert decision(script="http://x/y.pac", use_system=True).script == "http://x/y.pac"
    for other in ({"bypass_local": False}, {"address": PROXY}, {"bypass": exemptions("x")}):
        assert decision(script="http://x/y.pac", **other).script is None
    assert way(script="http://x/y.pac", address=PROXY) == "http://proxy:3128"


@pytest.mark.parametrize(
    ("entry", "host", "port", "past"),
    [
        (r"[a-z]+\.contoso\.com$", "www.contoso.com", 443, True),
        (r"[a-z]+\.contoso\.com$", "www.contoso.com", 8443, False),
        (r"[a-z]+\.contoso\.com", "www.contoso.com", 8443, True),
        (r"CONTOSO", "www.contoso.com", 443, True),
        (r"^https://www\.contoso\.com:8443$", "www.contoso.com", 8443, True),
        (r"^www\.contoso\.com", "www.contoso.com", 443, False),
        (r"\[2001:db8::1\]", "2001:db8::1", 443, True),
    ],
)
def test_exceptions_are_looked_for_in_the_url(entry, host, port, past):
    """An expression is looked for in scheme, host and unusual port, in any case."""
    found = way(host, port=port, address=PROXY, bypass=exemptions(entry))
    assert found == ("direct" if past else "http://proxy:3128")


@pytest.mark.parametrize(
    ("host", "domain", "past"),
    [
        ("intranet", None, True),
        ("intranet.corp.example", None, False),
        ("intranet.corp.example", "Corp.Example", True),
        ("a.b.corp.example", "corp.example", False),
        ("10.1.2.3", "1.2.3", False),
    ],
)
def test_what_is_local(host, domain, past):
    """A name without a dot, and a host of this machine's own domain."""
    found = way(host, domain=domain, address=PROXY, bypass_local=True)
    assert found == ("direct" if past else "http://proxy:3128")
    assert way(host, domain=domain, address=PROXY) == "http://proxy:3128"


def test_this_machine_is_never_proxied():
    """Loopback goes directly, whatever is set."""
    for host in ("localhost", "127.0.0.1", "::1"):
        assert way(host, address=PROXY) == "direct"


@pytest.mark.parametrize(
    ("host", "section", "expected"),
    [
        ("www.past.example", {}, "direct"),
        ("www.past.example", {"bypass": exemptions("other")}, "http://proxy:3128"),
        ("intranet", {}, "direct"),
        ("intranet", {"bypass_local": False}, "http://proxy:3128"),
        ("intranet", {"bypass": exemptions("other")}, "direct"),
    ],
)
def test_exceptions_of_the_system(host, section, expected):
    """Usesystemdefault brings the account's exceptions along, as far as the section has none."""
    assert way(host, system=ACCOUNT, use_system=True, address=PROXY, **section) == expected


def test_an_expression_that_may_take_for_ever_leaves_it_open():
    """What was not tried is named, unless another entry fits; what was tried counts."""
    (entry,) = exemptions("([a-z]+)+x")
    costly = replace(entry, costly=True)
    found = decision(address=PROXY, bypass=(costly,))
    assert (found.routes, "([a-z]+)+x" in found.why) == ((), True)
    assert way(address=PROXY, bypass=(costly, *exemptions("microsoft"))) == "direct"
    assert way(address=PROXY, bypass=(costly,), tried=frozenset()) == "http://proxy:3128"
    tried = frozenset({(costly.text, f"https://{HOST}")})
    assert way(address=PROXY, bypass=(costly,), tried=tried) == "direct"


def test_what_is_not_known_is_said():
    """Exceptions of an account that cannot be read, and whose login the proxy is given, are told."""
    found = decision(use_system=True, address=PROXY, use_default_credentials=True)
    assert "exceptions of the account's Internet settings are not known here" in found.why
    assert "logs in as the account that it runs as" in found.why
