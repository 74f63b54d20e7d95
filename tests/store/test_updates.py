"""Lists that the user has refreshed: where they lie, when they count, and how they come there."""

import os
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from tests.evidence import store
from tests.listing import ca, index_of
from tlsprobe.errors import InputError
from tlsprobe.store import shipped
from tlsprobe.store.reference import default_reference
from tlsprobe.store.updates import authorities, ct_logs, folder, swap_in

NOW = datetime(2026, 11, 25, tzinfo=UTC)


def test_each_platform_has_its_place(monkeypatch):
    """The user's own data directory, by the custom of the platform; none without a home."""
    monkeypatch.setattr(Path, "home", lambda: Path("/home/u"))
    own = Path("tlsprobe/reference")
    assert folder({}, "linux") == Path("/home/u/.local/share") / own
    assert folder({"XDG_DATA_HOME": "/data"}, "linux") == Path("/data") / own
    assert folder({"XDG_DATA_HOME": "not/absolute"}, "linux") == Path("/home/u/.local/share") / own
    assert folder({}, "darwin") == Path("/home/u/Library/Application Support") / own
    assert folder({}, "win32") == Path("/home/u/AppData/Local") / own
    assert folder({"LOCALAPPDATA": "/local"}, "win32") == Path("/local") / own

    def homeless():
        raise RuntimeError

    monkeypatch.setattr(Path, "home", homeless)
    assert folder({}, "linux") is None


@pytest.mark.parametrize(("day", "counts"), [(date(2099, 1, 1), True), (date(2020, 1, 1), False)])
def test_the_newer_index_counts(tmp_path, day, counts):
    """A user's index is taken where it is newer than the shipped one."""
    own = index_of(tmp_path, ca(1), as_of=day)
    assert authorities(None) is authorities(tmp_path / "nothing") is shipped.public_cas()
    assert (authorities(tmp_path).path == own.path) == counts


@pytest.mark.parametrize(("year", "counts"), [("2099", True), ("2020", False)])
def test_the_newer_list_of_logs_counts(tmp_path, year, counts):
    """So does a user's list of logs, and the reference is made of it."""
    path = tmp_path / "ct_logs.txt"
    text = (shipped.DATA / "ct_logs.txt").read_text()
    path.write_text(text.replace("as of 2026", f"as of {year}", 1))
    assert (ct_logs(tmp_path).source == str(path)) == counts
    made = default_reference(as_of=NOW, public=store("public"), updates=tmp_path)
    assert (made.ct_logs is ct_logs(None)) != counts


def test_a_broken_index_is_not_passed_over(tmp_path):
    """A user's file that cannot be used is named, and not silently replaced by what ships."""
    (tmp_path / "public_cas.txt").write_bytes(b"# tlsprobe.public_cas/9\n")
    with pytest.raises(InputError, match=r"public_cas\.txt: line 1: "):
        authorities(tmp_path)


def test_files_are_swapped_in(tmp_path):
    """New files stand in the place of old ones, directories are made, and nothing is left beside."""
    place = tmp_path / "a" / "b"
    swap_in({"x": b"1", "y": b"2"}, place)
    swap_in({"x": b"3"}, place)
    assert {one.name: one.read_bytes() for one in place.iterdir()} == {"x": b"3", "y": b"2"}


def test_a_failure_leaves_what_was_there(tmp_path):
    """Where one file cannot be written, no other is swapped in, and nothing is left beside."""
    (tmp_path / "x").write_bytes(b"old")
    with pytest.raises(InputError, match="cannot be written: No such file"):
        swap_in({"x": b"new", f"no{os.sep}folder": b"new"}, tmp_path)
    assert {one.name: one.read_bytes() for one in tmp_path.iterdir()} == {"x": b"old"}
    with pytest.raises(InputError, match="cannot be written: "):
        swap_in({"y": b"new"}, tmp_path / "x")
    assert (tmp_path / "x").read_bytes() == b"old"
