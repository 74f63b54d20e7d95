from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from tests.test_analysis import conversation
from tlsprobe.cli.pcap import VERDICTS
from tlsprobe.cli.wanted import Wanted, parse_verdicts, parse_wanted
from tlsprobe.errors import UsageError
from tlsprobe.model.verdict import Conclusion

SEEN = conversation(
    "honest", host="login.example.com", taken=datetime(2026, 11, 22, 15, 0, 30, tzinfo=UTC)
)
PROXIED = replace(
    SEEN,
    port=443,
    address=None,
    captured=replace(SEEN.captured, client="[2001:db8::5]:50000", server="[2001:db8::9]:3128"),
)


@pytest.mark.parametrize(
    ("hosts", "wanted"),
    [
        ((), True),
        (("login.example.com",), True),
        (("LOGIN.example.com.",), True),
        (("other.example.com", "login.example.com"), True),
        (("*.example.com",), True),
        (("*.com",), True),
        (("example.com",), False),
        (("*.login.example.com",), False),
        (("*.ogin.example.com",), False),
        (("192.0.2.7",), False),
    ],
)
def test_hosts(hosts, wanted):
    """A name is that name, and a wildcard is every name below, at any depth."""
    assert parse_wanted(hosts=hosts).admits(SEEN) is wanted


def test_hosts_that_are_addresses():
    """Without a name a session goes by its server's address."""
    nameless = replace(SEEN, host="2001:db8::7", sni=None)
    for pattern in ("2001:db8::7", "2001:DB8:0::7", "[2001:db8::7]"):
        assert parse_wanted(hosts=[pattern]).admits(nameless)
    assert not parse_wanted(hosts=["*.example.com"]).admits(nameless)


@pytest.mark.parametrize(
    ("session", "network", "wanted"),
    [
        (SEEN, "10.0.0.5", True),
        (SEEN, "192.0.2.7", True),
        (SEEN, "192.0.2.99/24", True),
        (SEEN, "10.0.0.6", False),
        (SEEN, "::/0", False),
        (PROXIED, "2001:db8::/64", True),
        (PROXIED, "[2001:db8::9]", True),
        (PROXIED, "192.0.2.7", False),
        (replace(PROXIED, address="192.0.2.7"), "192.0.2.7", True),
        (replace(PROXIED, address="a name"), "192.0.2.7", False),
    ],
)
def test_addresses(session, network, wanted):
    """An address or network is of the client, of the server, or of whom a proxy was asked for."""
    assert parse_wanted(addresses=[network]).admits(session) is wanted


@pytest.mark.parametrize(("port", "wanted"), [(443, True), (3128, True), (50000, False)])
def test_ports(port, wanted):
    """A port is the server's, or that of the proxy before it, and never the client's."""
    assert parse_wanted(ports=[port]).admits(PROXIED) is wanted


@pytest.mark.parametrize(
    ("since", "until", "wanted"),
    [
        ("2026-11-22", None, True),
        ("2026-11-23", None, False),
        ("2026-11-22 15:00", "2026-11-22 15:00", True),
        ("2026-11-22 15:00:30", "2026-11-22 15:00:30", True),
        ("2026-11-22 15:00:31", None, False),
        ("2026-11-22T16:00:30+01:00", None, True),
        ("2026-11-22T15:00:30.000001Z", None, False),
        (None, "2026-11-22", True),
        (None, "2026-11-22 14:59", False),
        (None, "2026-11-22T15:00:30Z", True),
        (None, "2026-11-22T15:00:30.0Z", True),
        (None, "2026-11-22T15:00:29.999999Z", False),
        (None, "2026-11-21", False),
    ],
)
def test_times(since, until, wanted):
    """Times are in UTC unless they say otherwise; the last day, minute or second is part of it."""
    assert parse_wanted(since=since, until=until).admits(SEEN) is wanted


def test_everything_must_hold():
    """What is wanted has all that was asked for."""
    both = parse_wanted(hosts=["*.example.com"], ports=[443], since="2026-11-22")
    assert both.admits(SEEN)
    assert not both.admits(replace(SEEN, host="example.org"))
    assert not both.admits(replace(SEEN, taken=SEEN.taken - timedelta(days=1)))


def test_nothing_asked():
    """Whoever asks for nothing in particular wants everything."""
    assert not parse_wanted()
    assert Wanted().admits(SEEN)
    assert parse_wanted(ports=[443])
    assert parse_wanted(until="2026-11-22")


@pytest.mark.parametrize(
    ("options", "named"),
    [
        ({"hosts": ["a b"]}, "--host 'a b': expected a host name"),
        ({"hosts": ["*.*.example.com"]}, "--host '*.*.example.com'"),
        ({"hosts": ["*"]}, "--host '*'"),
        ({"addresses": ["10.0.0.0/33"]}, "--address '10.0.0.0/33': expected an IP address"),
        ({"addresses": ["example.com"]}, "--address 'example.com'"),
        ({"since": "yesterday"}, "--since 'yesterday': expected a time"),
        ({"since": "2026-13-01"}, "--since '2026-13-01'"),
        ({"until": "2026-11-22 25:00"}, "--until '2026-11-22 25:00'"),
        ({"until": "20261122"}, "--until '20261122'"),
        ({"until": "2026-11-22\u0660"}, "--until"),
        ({"until": "9999-12-31"}, "--until '9999-12-31'"),
    ],
)
def test_malformed(options, named):
    """What makes no sense is named in one line of ASCII."""
    with pytest.raises(UsageError) as raised:
        parse_wanted(**options)
    assert str(raised.value).startswith(named)
    assert str(raised.value).isascii()


def test_verdicts():
    """Every verdict can be asked for by its word, and no other word is one."""
    assert parse_verdicts(VERDICTS) == frozenset(Conclusion)
    assert parse_verdicts(["Pin-Broken"]) == {Conclusion.PIN_BROKEN}
    assert [one.value for one in Conclusion] == list(VERDICTS)
    with pytest.raises(UsageError, match=r"--verdict 'bad': expected one of direct, inspected"):
        parse_verdicts(["direct", "bad"])
