import os
import shutil
import sys
from pathlib import Path

import pytest

from tlsprobe.cli.capture_files import STDIN, CaptureFile, find
from tlsprobe.errors import InputError


@pytest.fixture
def folder(tmp_path):
    """A folder with files, folders, and what is neither."""
    for name in ("b.pcap", "a.pcap", "sub/c.pcap", "sub/deeper/a.txt", "another/d.pcap"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(name.encode())
    return tmp_path


def test_folders(folder):
    """A folder is gone through with all below it, in the order of names, its own files first."""
    found = list(find([str(folder)]))
    assert [os.path.relpath(one.name, folder).replace(os.sep, "/") for one in found] == [
        "a.pcap", "b.pcap", "another/d.pcap", "sub/c.pcap", "sub/deeper/a.txt",
    ]  # fmt: skip
    assert all(not one.named and one.size > 5 for one in found)


def test_files_as_named(folder):
    """Files keep the order in which they were named, whether or not they are there."""
    names = [str(folder / "b.pcap"), STDIN, str(folder / "missing"), str(folder / "a.pcap"), "a\0b"]
    found = list(find(names))
    assert found == [
        CaptureFile(name, named=True, size=size)
        for name, size in zip(names, (6, None, 0, 6, 0), strict=True)
    ]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such files")
def test_nothing_odd_is_opened(folder):
    """Nobody's pipe is waited for, and no link is followed around in a ring."""
    os.mkfifo(folder / "pipe")
    (folder / "sub" / "ring").symlink_to(folder)
    (folder / "gone").symlink_to(folder / "missing")
    (folder / "linked").symlink_to(folder / "a.pcap")
    names = [Path(one.name).name for one in find([str(folder)])]
    assert names == ["a.pcap", "b.pcap", "linked", "d.pcap", "c.pcap", "a.txt"]


def test_a_folder_that_cannot_be_looked_into(folder):
    """What goes away before its turn is named, and the others are gone through."""
    files = find([str(folder)])
    found = [next(files)]
    shutil.rmtree(folder / "another")
    found += files
    [error] = [one for one in found if isinstance(one, InputError)]
    assert str(error).startswith(f"{folder / 'another'}: cannot be read: ")
    assert len(found) == 5
