"""Which settings of the registry count for whom."""

import pytest

from tests.store.test_connection_settings import value
from tlsprobe.model.route_choice import Place
from tlsprobe.store.internet_settings import (
    CONNECTIONS,
    INTERNET,
    POLICY,
    TCPIP,
    account,
    domain,
    service_sid,
    winhttp,
    wininet,
)

ADSYNC = "S-1-5-80-3245704983-3664226991-764670653-2504430226-901976451"
SET = value(3, "services:1", "")


def hive(**keys):
    """A registry with these keys."""
    return lambda key: keys.get(key, {})


def user(root="HKCU", *, binary=None, **values):
    """The keys of a user with plain values, and a binary one."""
    found = {f"{root}\\{INTERNET}": values}
    if binary is not None:
        found[f"{root}\\{CONNECTIONS}"] = {"DefaultConnectionSettings": binary}
    return found


def via(reading):
    """Where settings send to."""
    (route,) = reading.settings.decide(Place("login.microsoftonline.com", 443)).routes
    return route.via


def test_services():
    """WinHTTP has a value of its own, and without it no proxy."""
    place = f"HKLM\\{CONNECTIONS}"
    assert via(winhttp(hive(**{place: {"WinHttpSettings": SET}}))) == "http://services:1"
    assert via(winhttp(hive())) is None
    assert via(winhttp(hive(**user(ProxyEnable=1, ProxyServer="user:1")))) is None


def test_a_users_plain_values():
    """ProxyEnable turns ProxyServer and ProxyOverride on."""
    values = {"ProxyServer": "http=a:1;https=b:2", "ProxyOverride": "<local>;*.past.example"}
    reading = wininet(hive(**user(ProxyEnable=1, **values)))
    assert via(reading) == "http://b:2"
    assert reading.settings.bypass == ("<local>", "*.past.example")
    assert via(wininet(hive(**user(ProxyEnable=0, **values)))) is None
    assert via(wininet(hive())) is None


def test_a_users_script():
    """AutoConfigURL decides before a proxy, and shows no login."""
    found = wininet(hive(**user(ProxyEnable=1, ProxyServer="a", AutoConfigURL="http://u:p@wpad/x")))
    assert found.settings.script == "http://wpad/x"


def test_the_binary_value():
    """It alone tells of WPAD, and all where no plain value is there."""
    both = user(binary=value(0x0B, "binary:1", ""), ProxyEnable=1, ProxyServer="plain:1")
    assert via(wininet(hive(**both))) == "http://plain:1"
    assert wininet(hive(**both)).settings.detect
    assert via(wininet(hive(**user(binary=value(3, "binary:1", ""))))) == "http://binary:1"


def test_the_policy_for_the_machine():
    """ProxySettingsPerUser 0 gives every user, and services, what the machine has."""
    keys = {
        POLICY: {"ProxySettingsPerUser": 0},
        **user("HKLM", ProxyEnable=1, ProxyServer="machine:1"),
        **user("HKCU", ProxyEnable=1, ProxyServer="user:1"),
        f"HKLM\\{CONNECTIONS}": {"WinHttpSettings": SET},
    }
    for read in (winhttp, wininet, lambda keys: account(keys, "ADSync")):
        reading = read(hive(**keys))
        assert via(reading) == "http://machine:1"
        assert "by policy" in reading.settings.origin
    keys[POLICY] = {"ProxySettingsPerUser": 1}
    assert via(wininet(hive(**keys))) == "http://user:1"
    assert via(winhttp(hive(**keys))) == "http://services:1"


def test_the_account_of_a_service():
    """It is found by the digest of the service's name, as far as the account is loaded."""
    assert service_sid("ADSync") == ADSYNC
    assert service_sid("TrustedInstaller") == (
        "S-1-5-80-956008885-3418522649-1831038044-1853292631-2271478464"
    )
    keys = user(f"HKU\\{ADSYNC}", ProxyEnable=1, ProxyServer="account:1")
    assert via(account(hive(**keys), "ADSync")) == "http://account:1"
    assert account(hive(), "ADSync") is None


@pytest.mark.parametrize(
    "keys",
    [
        user(ProxyEnable=1, ProxyServer="horse:x"),
        user(binary=b"\x46"),
        {POLICY: {"ProxySettingsPerUser": 0}, **user("HKLM", ProxyEnable=1, ProxyServer="horse:x")},
    ],
)
def test_what_is_malformed_is_told(keys):
    """A machine's own values are no mistake of the one who asks: the reason names the place."""
    reading = wininet(hive(**keys))
    assert reading.settings is None
    assert "Internet Settings" in reading.reason
    assert "horse" not in reading.reason


def test_values_of_other_kinds():
    """What has another type than Windows gives it does not count."""
    assert via(wininet(hive(**user(ProxyEnable=1, ProxyServer=5)))) is None
    assert via(wininet(hive(**user(ProxyEnable="1", ProxyServer="a")))) is None
    assert via(winhttp(hive(**{f"HKLM\\{CONNECTIONS}": {"WinHttpSettings": "x"}}))) is None


def test_the_domain_of_the_machine():
    """That of the system, then what a policy or DHCP says."""
    assert domain(hive(**{TCPIP: {"Domain": "corp.example"}})) == "corp.example"
    assert domain(hive(**{TCPIP: {"Domain": "", "DhcpDomain": "lan"}})) == "lan"
    assert domain(hive()) is None
