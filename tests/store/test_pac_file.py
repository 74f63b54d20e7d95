"""PAC scripts in files."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tlsprobe.errors import InputError
from tlsprobe.store.pac_file import LARGEST, load, local_file, shown_place

SCRIPT = 'function FindProxyForURL(url, host) {\n  return "PROXY pröxy:1";\n}\n'


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "latin-1"])
def test_encodings(tmp_path, encoding):
    """A script is text in whatever its editor wrote."""
    path = tmp_path / "proxy.pac"
    path.write_bytes(SCRIPT.encode(encoding))
    assert load(path) == SCRIPT


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"a\nb\0c", "line 2: expected JavaScript, not a NUL"),
        (b" " * (LARGEST + 1), f"expected at most {LARGEST} bytes"),
        (None, "cannot be read"),
    ],
)
def test_what_cannot_be_used(tmp_path, content, said):
    """It is named with the reason."""
    path = tmp_path / "proxy.pac"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(InputError) as caught:
        load(path)
    assert str(caught.value).startswith(f"{path}: {said}")


@given(st.binary())
def test_any_bytes_are_text_or_refused(tmp_path_factory, content):
    """No bytes raise anything else."""
    path = tmp_path_factory.getbasetemp() / "any.pac"
    path.write_bytes(content)
    try:
        said = load(path)
    except InputError as error:
        said = str(error)
    assert "\0" not in said


@pytest.mark.parametrize(
    ("place", "path"),
    [
        ("file:///etc/proxy.pac", "/etc/proxy.pac"),
        ("file://localhost/etc/a%20b.pac", "/etc/a b.pac"),
        ("FILE:///C:/proxy.pac", "C:/proxy.pac"),
        ("file://server/share/proxy.pac", None),
        ("http://wpad/wpad.dat", None),
        ("http://[", None),
        ("", None),
    ],
)
def test_files_of_this_machine(place, path):
    """A file: URL of this machine names one; nothing is fetched from others."""
    assert local_file(place) == (None if path is None else Path(path))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (" http://wpad/wpad.dat ", "http://wpad/wpad.dat"),
        ("http://anna:horse@wpad/a@b", "http://wpad/a@b"),
        ("http://anna:ho@rse@wpad", "http://wpad"),
        ("wpad.dat", "wpad.dat"),
        ("", ""),
    ],
)
def test_a_place_shows_no_login(text, shown):
    """What stands before the host stays out of every text."""
    assert shown_place(text) == shown
