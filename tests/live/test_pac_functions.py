"""What PAC scripts may call."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tlsprobe.live.pac_functions import Surroundings

NAMES = {
    "www.netscape.com": ("2001:db8::5", "198.95.249.79"),
    "six.example": ("2001:db8::6",),
    "intranet": ("10.1.2.3",),
}
NOW = datetime(2026, 11, 25, 12, 30, 15, tzinfo=timezone(timedelta(hours=-8)))
"""A Wednesday, at half past noon; in Greenwich it is half past eight in the evening."""


def call(name, *arguments, now=NOW, own=("2001:db8::1", "10.9.8.7")):
    """What a function says."""
    world = Surroundings(
        now=now, lookup=lambda host: NAMES.get(host, ()), own_addresses=lambda: own
    )
    return world.functions()[name](*arguments)


@pytest.mark.parametrize(
    ("name", "arguments", "expected"),
    [
        # The examples of Netscape's page.
        ("isPlainHostName", ["www"], True),
        ("isPlainHostName", ["www.netscape.com"], False),
        ("dnsDomainIs", ["www.netscape.com", ".netscape.com"], True),
        ("dnsDomainIs", ["www", ".netscape.com"], False),
        ("dnsDomainIs", ["www.mcom.com", ".netscape.com"], False),
        ("localHostOrDomainIs", ["www.netscape.com", "www.netscape.com"], True),
        ("localHostOrDomainIs", ["www", "www.netscape.com"], True),
        ("localHostOrDomainIs", ["www.mcom.com", "www.netscape.com"], False),
        ("localHostOrDomainIs", ["home.netscape.com", "www.netscape.com"], False),
        ("dnsDomainLevels", ["www"], 0),
        ("dnsDomainLevels", ["www.netscape.com"], 2),
        ("shExpMatch", ["http://home.netscape.com/people/ari/index.html", "*/ari/*"], True),
        ("shExpMatch", ["http://home.netscape.com/people/montulli/index.html", "*/ari/*"], False),
        ("dnsResolve", ["www.netscape.com"], "198.95.249.79"),
        ("dnsResolve", ["192.0.2.1"], "192.0.2.1"),
        ("dnsResolve", ["six.example"], None),
        ("dnsResolve", ["nobody.example"], None),
        ("isResolvable", ["www.netscape.com"], True),
        ("isResolvable", ["nobody.example"], False),
        ("isInNet", ["www.netscape.com", "198.95.249.79", "255.255.255.255"], True),
        ("isInNet", ["198.95.1.1", "198.95.0.0", "255.255.0.0"], True),
        ("isInNet", ["198.96.1.1", "198.95.0.0", "255.255.0.0"], False),
        ("isInNet", ["nobody.example", "0.0.0.0", "0.0.0.0"], False),
        ("isInNet", ["10.0.0.1", "nonsense", "255.0.0.0"], False),
        ("isInNet", [None, "10.0.0.0", "255.0.0.0"], False),
        ("convert_addr", ["104.16.41.2"], 1745889538),
        ("myIpAddress", [], "10.9.8.7"),
        ("dnsResolveEx", ["www.netscape.com"], "2001:db8::5;198.95.249.79"),
        ("isResolvableEx", ["six.example"], True),
        ("isInNetEx", ["2001:db8::6", "2001:db8::/32"], True),
        ("isInNetEx", ["10.0.0.1", "2001:db8::/32"], False),
        ("isInNetEx", ["x", "y"], False),
        ("myIpAddressEx", [], "2001:db8::1;10.9.8.7"),
        ("sortIpAddressList", ["10.2.3.9;2001:4898:28:3::2;::1;127.0.0.1"],
         "::1;2001:4898:28:3::2;10.2.3.9;127.0.0.1"),
        ("sortIpAddressList", ["x"], ""),
        ("getClientVersion", [], "1.0"),
        ("alert", ["ignored"], None),
    ],
)  # fmt: skip
def test_names_and_networks(name, arguments, expected):
    """Each function says what its page says."""
    assert call(name, *arguments) == expected


def test_a_machine_without_a_network():
    """It has its own address at least."""
    assert call("myIpAddress", own=()) == "127.0.0.1"


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["WED"], True),
        (["THU"], False),
        (["MON", "FRI"], True),
        (["mon", "fri"], True),
        (["FRI", "TUE"], False),
        (["SAT", "WED"], True),
        (["MON", "FRI", "GMT"], True),
        (["GMT"], False),
        (["NOW"], False),
        ([], False),
    ],
)
def test_days_of_the_week(arguments, expected):
    """From one day to another, over the weekend too."""
    assert call("weekdayRange", *arguments) is expected


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ([25], True),
        ([1], False),
        ([1, "GMT"], False),
        ([1, 25], True),
        ([26, 24], False),
        (["NOV"], True),
        (["JAN", "MAR"], False),
        (["OCT", "FEB"], True),
        ([2026], True),
        ([2020, 2025], False),
        ([1, "JUN", 15, "AUG"], False),
        ([24, "DEC", 26, "NOV"], True),
        ([1, "JUN", 1995, 15, "AUG", 2030], True),
        (["OCT", 1995, "MAR", 1996], False),
        ([25, "NOV", 2026], True),
        ([24, "NOV", 2026], False),
        ([1, "NOV", "NOV", 2], False),
        (["SOON"], False),
        ([], False),
    ],
)
def test_dates(arguments, expected):
    """A day, a month, a year, or from one to another of the same kind."""
    assert call("dateRange", *arguments) is expected


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ([12], True),
        ([13], False),
        ([12, 13], True),
        ([8, 12], True),
        ([22, 6], False),
        ([20, "GMT"], True),
        ([12, "GMT"], False),
        ([12, 0, 12, 29], False),
        ([12, 0, 12, 30], True),
        ([0, 0, 0, 0, 0, 30], False),
        ([12, 30, 15, 12, 30, 15], True),
        ([1, 2, 3], False),
        (["noon"], False),
        ([], False),
    ],
)
def test_times(arguments, expected):
    """An hour, or from one time to another, over midnight too."""
    assert call("timeRange", *arguments) is expected


def test_greenwich_may_have_another_day():
    """GMT counts the day there."""
    late = NOW.replace(hour=20)
    assert late.astimezone(UTC).day == 26
    assert call("dateRange", 26, "GMT", now=late)
    assert call("weekdayRange", "THU", "GMT", now=late)


ARGUMENT = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.builds(object)
    | st.sampled_from(["10.0.0.1", "::1", "MON", "JAN", 12, 2026, "GMT", "*", "255.0.0.0"])
)  # fmt: skip
FUNCTIONS = Surroundings(now=NOW, lookup=lambda _: (), own_addresses=lambda: ()).functions()


@given(st.sampled_from(sorted(FUNCTIONS)), st.lists(ARGUMENT, max_size=8))
def test_no_arguments_raise(name, arguments):
    """A script may pass anything, and as much of it as it likes."""
    answer = FUNCTIONS[name](*arguments)
    assert answer is None or isinstance(answer, bool | int | str)
