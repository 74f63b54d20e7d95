"""Files that are written whole or not at all."""

import os

import pytest

from tlsprobe.errors import InputError
from tlsprobe.store import whole_files


def test_files_take_the_place_of_others(tmp_path):
    """New contents stand where the old ones were, and nothing is left beside them."""
    whole_files.write({tmp_path / "x": b"1", tmp_path / "y": b"2"})
    whole_files.write({tmp_path / "x": b"3"})
    assert {one.name: one.read_bytes() for one in tmp_path.iterdir()} == {"x": b"3", "y": b"2"}


@pytest.mark.skipif(os.name == "nt", reason="links are another thing there")
def test_a_link_stays_one(tmp_path):
    """What a symbolic link leads to is replaced, not the link."""
    file, link = tmp_path / "file", tmp_path / "link"
    file.write_bytes(b"old")
    link.symlink_to(file)
    whole_files.write({link: b"new"})
    assert (link.is_symlink(), file.read_bytes()) == (True, b"new")


@pytest.mark.parametrize("place", ["nowhere/new", "folder"])
def test_a_failure_leaves_what_was_there(tmp_path, place):
    """Where one cannot be written it is named, no earlier one is changed, and nothing is left beside."""
    (tmp_path / "x").write_bytes(b"old")
    (tmp_path / "folder").mkdir()
    with pytest.raises(InputError, match=f"{place}: cannot be written: "):
        whole_files.write({tmp_path / place: b"new", tmp_path / "x": b"new"})
    assert (tmp_path / "x").read_bytes() == b"old"
    assert sorted(one.name for one in tmp_path.iterdir()) == ["folder", "x"]
