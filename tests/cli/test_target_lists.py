import asyncio
import os
from io import FileIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tlsprobe.cli.target_lists import LONGEST_LINE, endpoints, open_list
from tlsprobe.errors import InputError, UsageError


def read(content, source="list"):
    """What a list of these bytes comes to, errors as text."""

    async def gather():
        reading, writing = os.pipe()
        with FileIO(reading) as stream, FileIO(writing, "w") as feed:
            feeding = asyncio.to_thread(lambda: (feed.write(content), feed.close()))
            task = asyncio.ensure_future(feeding)
            found = [one async for one in endpoints(stream, source)]
            await task
            return found

    return [str(one) if isinstance(one, UsageError) else one[:2] for one in asyncio.run(gather())]


def test_list():
    """Targets stand one a line; comments, blank lines and line ends of any system count for nothing."""
    content = b"\xef\xbb\xbfone.example\r\n\n# all of it\n  two.example:8443   # a part\n[::1]:1"
    assert read(content) == [("one.example", 443), ("two.example", 8443), ("::1", 1)]


def test_bad_lines():
    """A bad line is named by its number, and the others are read."""
    found = read(b"one.example\na b\n\xff\xfe\xff\ntwo.example\n")
    assert found[0] == ("one.example", 443)
    assert found[1].startswith("list line 2: target 'a b': expected")
    assert found[2] == "list line 3: expected UTF-8"
    assert found[3] == ("two.example", 443)


def test_endless_line():
    """A line without end is one bad line, and takes no memory."""
    found = read(b"a" * (40 * LONGEST_LINE) + b"\none.example\n")
    assert len(found) == 2
    assert found[0].startswith("list line 1: target 'aaa")
    assert len(found[0]) < 300
    assert found[1] == ("one.example", 443)


def test_utf16():
    """A list that a Windows shell wrote in UTF-16 is refused as a whole, in words."""
    with pytest.raises(InputError, match="list: is UTF-16; expected a list of targets in UTF-8"):
        read("one.example\r\n".encode("utf-16"))


def test_lines_come_when_they_are_written():
    """A target is given as soon as its line is there, though the list goes on."""

    async def first():
        reading, writing = os.pipe()
        with FileIO(reading) as stream, FileIO(writing, "w") as feed:
            feed.write(b"one.example\ntwo.ex")
            lines = endpoints(stream, "list")
            found = [await anext(lines)]
            feed.write(b"ample\n")
            feed.close()
            return found + [one async for one in lines]

    assert [one[0] for one in asyncio.run(first())] == ["one.example", "two.example"]


@given(st.lists(st.binary(max_size=40), max_size=5).map(b"\n".join))
def test_any_bytes(content):
    """Whatever a list holds, a line gives a target, an error, or nothing."""
    try:
        found = read(content)
    except InputError:
        assert content[:2] in (b"\xff\xfe", b"\xfe\xff")
        return
    assert len(found) <= content.count(b"\n") + 1


@pytest.mark.parametrize("name", ["missing.txt", "."])
def test_unusable_list(tmp_path, name):
    """A list that cannot be opened is named before anything is asked."""
    with pytest.raises(InputError, match="expected a list of targets") as refused:
        open_list(tmp_path / name)
    assert str(refused.value).startswith(str(tmp_path))
