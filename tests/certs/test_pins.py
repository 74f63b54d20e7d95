import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tlsprobe.certs.pins import parse_pin, spki_pin
from tlsprobe.errors import UsageError


@given(st.binary(min_size=32, max_size=32))
@settings(deadline=None)
def test_a_pin_is_read_back_as_it_was_written(digest):
    """Both forms of curl, any padding and the URL alphabet are taken."""
    pin = spki_pin(digest)
    assert parse_pin(pin) == digest
    assert parse_pin(pin.replace("sha256/", "sha256//").rstrip("=")) == digest
    body = pin.removeprefix("sha256/").replace("+", "-").replace("/", "_")
    assert parse_pin(f" SHA256/{body}\n") == digest


@pytest.mark.parametrize(
    "text",
    [
        "",
        "sha256/",
        "sha256/abc",
        "sha1/AAAA",
        "AAAA",
        "sha256/" + "A" * 43 + "ü",
        "md5/" + "A" * 44,
    ],
)
def test_what_is_no_pin_gets_one_line_that_says_what_was_expected(text):
    """The line repeats the argument."""
    with pytest.raises(UsageError, match=r"expected sha256/ and 44 characters of base64") as raised:
        parse_pin(text)
    assert repr(text) in str(raised.value)
    assert "\n" not in str(raised.value)
