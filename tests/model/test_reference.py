"""Expectations and pins, found by host name."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tlsprobe.certs.trust import TrustStore
from tlsprobe.model.reference import (
    Choices,
    Expectation,
    Expectations,
    Reference,
    expectation_for,
    pins_for,
)

NOW = datetime(2026, 11, 22, tzinfo=UTC)


def expectation(*names: str, owner: str = "someone", pins: frozenset[bytes] = frozenset()):
    """An expectation for these names."""
    return Expectation(
        names=names, owner=owner, pins=pins, as_of=date(2026, 11, 22), origin="a test"
    )


def reference(expectations: Expectations = Expectations(), **pins: frozenset[bytes]) -> Reference:
    """A reference with these pins by host; an underscore stands for a dot."""
    return Reference(
        as_of=datetime(2026, 11, 22, tzinfo=UTC),
        public=TrustStore(name="none", origin="a test", cas=()),
        expectations=expectations,
        pins={name.replace("_", "."): keys for name, keys in pins.items()},
    )


@pytest.mark.parametrize(
    ("host", "owner"),
    [
        ("login.example.com", "exact"),
        ("LOGIN.Example.COM.", "exact"),
        ("a.eu.example.com", "longer wildcard"),
        ("b.a.eu.example.com", "longer wildcard"),
        ("eu.example.com", "wildcard"),
        ("a.b.example.com", "wildcard"),
    ],
)
def test_the_most_exact_name_speaks(host: str, owner: str) -> None:
    """An exact name wins over any wildcard, and a longer wildcard over a shorter one."""
    known = Expectations(
        [
            expectation("*.example.com", owner="wildcard"),
            expectation("*.eu.example.com", owner="longer wildcard"),
            expectation("login.example.com", owner="exact"),
        ]
    )

    found = known.of(host)

    assert found is not None
    assert found.owner == owner


@pytest.mark.parametrize("host", ["example.com", "notexample.com", "com", "", ".", "192.0.2.1"])
def test_a_wildcard_covers_only_names_below_it(host: str) -> None:
    """A wildcard says nothing of its own domain, and nothing of a name that merely ends alike."""
    assert Expectations([expectation("*.example.com")]).of(host) is None


def test_an_earlier_group_wins_whatever_its_names() -> None:
    """A wildcard of the user's wins over an exact name that ships with the package."""
    known = Expectations(
        [expectation("*.example.com", owner="the user")],
        [expectation("login.example.com", owner="shipped"), expectation("other.example")],
    )

    found = known.of("login.example.com")

    assert found is not None
    assert found.owner == "the user"
    assert known.of("other.example") is not None
    assert len(known) == len(list(known)) == 3


def test_nothing_is_expected_where_nothing_is_known() -> None:
    """Without any list, no host has an expectation or a pin."""
    assert expectation_for(reference(), "login.example.com") is None
    assert pins_for(reference(), "login.example.com", NOW) == frozenset()


label = st.sampled_from(["a", "b", "A"])
host_names = st.lists(label, min_size=1, max_size=5).map(".".join)
patterns = st.tuples(st.sampled_from(["", "*."]), host_names.map(str.lower)).map("".join)


@given(names=st.lists(patterns, max_size=8), host=host_names, dot=st.sampled_from(["", "."]))
def test_the_index_agrees_with_a_scan(names: list[str], host: str, dot: str) -> None:
    """The index finds what a scan of all entries finds, from the most exact name to the least."""
    entries = [expectation(name, owner=f"{at}") for at, name in enumerate(names)]
    asked = host.lower()
    fitting = [
        entry
        for entry in entries
        if entry.names[0] == asked
        or (entry.names[0].startswith("*.") and asked.endswith(entry.names[0][1:]))
    ]
    exact_first = sorted(fitting, key=lambda entry: (entry.names[0] != asked, -len(entry.names[0])))

    assert Expectations(entries).of(host + dot) == next(iter(exact_first), None)


def test_pins_for_every_host_hold_beside_those_of_one() -> None:
    """A pin without a host counts for each host, together with the pins of that host."""
    one = reference(login_example=frozenset({b"one"}), **{"": frozenset({b"every"})})

    assert pins_for(one, "Login.Example.", NOW) == {b"one", b"every"}
    assert pins_for(one, "other.example", NOW) == {b"every"}


def test_pins_of_the_caller_replace_those_of_the_reference() -> None:
    """A key that only the reference pins cannot hide that the caller's pin is broken."""
    known = Expectations([expectation("login.example", pins=frozenset({b"known"}))])

    given = reference(known, login_example=frozenset({b"given"}))
    assert pins_for(reference(known), "login.example", NOW) == {b"known"}
    assert pins_for(given, "login.example", NOW) == {b"given"}


@pytest.mark.parametrize(
    ("taken", "settled"),
    [("2031-01-01", True), ("2025-11-22", True), ("2025-11-20", False), ("2014-05-15", False)],
)
def test_keys_and_pins_are_not_missed_in_what_is_much_older(taken: str, *, settled: bool) -> None:
    """Pins that are known as of a day are not asked of a capture from more than a year before."""
    at = datetime.fromisoformat(taken).replace(tzinfo=UTC)
    known = expectation("login.example", pins=frozenset({b"known"}))

    assert known.settled_at(at) == settled
    assert bool(pins_for(reference(Expectations([known])), "login.example", at)) == settled


def test_pins_of_the_caller_hold_at_any_time() -> None:
    """Who gives a pin means it for what he has at hand, however old it is."""
    old = datetime(2014, 5, 15, tzinfo=UTC)
    given = reference(login_example=frozenset({b"given"}))
    assert pins_for(given, "login.example", old) == {b"given"}


@pytest.mark.parametrize(
    ("taken", "overdue"),
    [("2020-01-01", False), ("2026-11-22", False), ("2027-11-23", False), ("2027-11-24", True)],
)
def test_a_list_of_keys_has_a_shelf_life(taken: str, *, overdue: bool) -> None:
    """Until about a year after its day a list has every CA that its owner then uses."""
    at = datetime.fromisoformat(taken).replace(tzinfo=UTC)
    assert expectation("login.example").overdue_at(at) == overdue


def test_keys_have_a_day_of_their_own() -> None:
    """The page that lists a name may be older than the list of the CAs that sign for it."""
    older = replace(
        expectation("login.example"), as_of=date(2022, 7, 28), keys_as_of=date(2026, 11, 22)
    )
    assert not older.overdue_at(NOW)
    assert replace(older, keys_as_of=None).overdue_at(NOW)
    assert not older.settled_at(datetime(2022, 7, 28, tzinfo=UTC))


@pytest.mark.parametrize(
    ("taken", "hold"),
    [("2026-11-22", True), ("2027-11-01", True), ("2028-01-01", False), ("2025-01-01", False)],
)
def test_choices_hold_near_their_day(taken: str, *, hold: bool) -> None:
    """What a server chooses says little of the years before and after."""
    known = Choices(as_of=date(2026, 11, 22), origin="a test")
    assert known.hold_at(datetime.fromisoformat(taken).replace(tzinfo=UTC)) == hold


@pytest.mark.parametrize(
    ("owner", "house"),
    [("Microsoft", "Microsoft"), ("Microsoft (US government clouds)", "Microsoft")],
)
def test_parts_of_a_house_are_related(owner: str, house: str) -> None:
    """An owner's part, which stands in brackets, is no stranger to him."""
    assert expectation("login.example", owner=owner).house == house
