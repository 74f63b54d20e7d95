"""Pins of the command line."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tlsprobe.errors import UsageError
from tlsprobe.store.pins import parse_pins

ONE, TWO = b"\1" * 32, b"\2" * 32


def pin(key: bytes) -> str:
    """The pin of a key of which this is the hash."""
    return f"sha256/{base64.b64encode(key).decode()}"


def test_pins_are_kept_by_host() -> None:
    """Pins of one host add up; a pin without a host is kept under the empty name."""
    assert parse_pins(
        [pin(ONE), f"Login.Example.={pin(ONE)}", f"login.example={pin(TWO)}", f"::1={pin(TWO)}"]
    ) == {"": {ONE}, "login.example": {ONE, TWO}, "::1": {TWO}}


def test_no_pin_is_no_pin() -> None:
    """Without arguments there are no pins."""
    assert parse_pins([]) == {}


@pytest.mark.parametrize(
    ("argument", "said"),
    [
        ("sha256/abc", "--pin 'sha256/abc': expected [HOST=]sha256/ and 44 characters of base64"),
        ("", "--pin '': expected [HOST=]sha256/ and 44 characters of base64"),
        ("login.example", "--pin 'login.example': expected [HOST=]sha256/ and 44 characters"),
        ("login.example=", "--pin 'login.example=': expected [HOST=]sha256/ and 44 characters"),
        (f"={pin(ONE)}", f"--pin '={pin(ONE)}': '' is no host: expected a host name"),
        (f"a:443={pin(ONE)}", f"--pin 'a:443={pin(ONE)}': 'a:443' is no host: expected"),
        ("sha1/" + "A" * 27 + "=", "--pin 'sha1/"),
        ("a\nb=c", r"--pin 'a\nb=c': 'a\nb' is no host"),
        ("é=c", r"--pin '\xe9=c': '\xe9' is no host"),
    ],
)
def test_a_malformed_pin_is_told_in_one_line(argument: str, said: str) -> None:
    """The line names the argument and says what was expected."""
    with pytest.raises(UsageError) as caught:
        parse_pins([pin(TWO), argument])

    assert str(caught.value).startswith(said)
    assert str(caught.value).isprintable()


@given(st.text())
def test_no_argument_gives_more_than_one_line(argument: str) -> None:
    """Whatever is given, it is a pin or is refused in one line."""
    said = ""
    try:
        parse_pins([argument])
    except UsageError as error:
        said = str(error)

    assert said.isprintable()
