"""What the reference is made of."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from tests.evidence import store
from tests.listing import ca, certificate, index_of, key
from tests.store.test_reference import reference_file
from tlsprobe.certs.pins import spki_pin
from tlsprobe.store import shipped
from tlsprobe.store.tables import Tables

TODAY = date(2026, 11, 25)


def tables(**arguments):
    """The tables beside the roots of the fixtures."""
    return Tables(roots=store("public"), **arguments)


def test_an_expectation_comes_with_its_file(tmp_path):
    """What is expected of a host is told with where it stands: the user's last file wins."""
    own = [
        reference_file(tmp_path / f"{owner}.toml", owner=owner, names=["a.example"])
        for owner in ("First", "Last")
    ]
    found = tables(files=own)
    assert [(one.owner, place) for one, place in [found.expected("A.example")]] == [
        ("Last", str(own[1]))
    ]
    expectation, place = found.expected("login.microsoftonline.com")
    assert expectation.owner == "Microsoft"
    assert Path(place) == shipped.DATA / "expectations.json"
    assert found.expected("nobody.example") is None


def test_a_key_is_found_with_whom_it_is_expected_of(tmp_path):
    """Whose expectation a key stands in, as a CA's key or a pin, is told."""
    path = tmp_path / "own.toml"
    path.write_text(
        'schema = "tlsprobe.reference/1"\nas_of = 2026-11-22\norigin = "a test"\n'
        f'[[expectation]]\nowner = "E"\nnames = ["a.example"]\npins = ["{spki_pin(key(1))}"]\n'
    )
    found = tables(files=[path])
    assert [one.owner for one in found.using(key(1))] == ["E"]
    assert found.using(key(2)) == ()


def test_cas_are_found_by_a_part_of_a_name(tmp_path):
    """In common name or organisation, in any case; never over the border between the two."""
    index_of(tmp_path, ca(1, certificate("Issuing CA 1", "Trust")), as_of=date(2099, 1, 1))
    found = tables(updates=tmp_path)
    for part in ("issuing ca", "TRUST"):
        assert [one.spki_sha256 for one in found.named(part)] == [key(1)]
    assert found.named("nobody") == ()


def test_every_table_says_how_much_since_when_and_from_where():
    """Each has a size, an origin and a place; those that age say until when they keep."""
    found = {table.name: table for table in tables()}
    assert set(found) == {
        "expectations", "labels", "public CAs", "transparency logs", "compromised CAs",
        "captive portals", "public roots of today",
    }  # fmt: skip
    for table in found.values():
        assert all((table.size, table.origin, table.place))
    cas = found["public CAs"]
    assert "8088 keys of 10202 certificates: 885 roots" in cas.size
    assert cas.age(TODAY) == timedelta(days=96)
    assert not cas.stale(TODAY)
    assert cas.stale(TODAY + timedelta(days=366))
    assert not found["labels"].stale(date(2099, 1, 1))
    assert found["public roots of today"].age(TODAY) is None


@pytest.mark.parametrize("names", [["a.example"], []])
def test_a_users_file_has_tables_of_its_own(tmp_path, names):
    """The overview lists the user's files before what ships, an empty one too."""
    path = tmp_path / "own.toml"
    path.write_text('schema = "tlsprobe.reference/1"\nas_of = 2026-11-22\norigin = "a test"\n')
    if names:
        reference_file(path, owner="E", names=names)
    own = [table for table in tables(files=[path]) if table.place == str(path)]
    assert [table.name for table in own] == ["expectations", "labels"]
    assert own[0].size.startswith(f"{len(names)} entries of {len(names)} names")
