"""What is remembered of certificates, and what is not."""

import pytest

from tlsprobe.certs.certificate import Certificate, parse
from tlsprobe.certs.remembering import LARGEST, LONGEST, remembered


@pytest.fixture
def counted():
    """A remembered function, and what it was really called with."""
    calls: list[object] = []

    @remembered(4)
    def function(first, second=0):
        calls.append((first, second))
        return first, second

    return function, calls


@pytest.mark.parametrize(
    "value", [b"small", Certificate(b"small"), (Certificate(b"one"), Certificate(b"two"))]
)
def test_what_is_usual_is_worked_out_once(value, counted):
    """The same certificate or chain, with the same further arguments, is not looked at again."""
    function, calls = counted
    assert function(value, 1) == function(value, 1) == (value, 1)
    assert function(value, 2) == (value, 2)
    assert calls == [(value, 1), (value, 2)]


@pytest.mark.parametrize(
    "value",
    [
        bytes(LARGEST + 1),
        Certificate(bytes(LARGEST + 1)),
        (Certificate(b"leaf"), Certificate(bytes(LARGEST + 1))),
        (Certificate(b"leaf"),) * (LONGEST + 1),
    ],
    ids=["bytes", "certificate", "large member", "long chain"],
)
def test_monsters_are_not_kept(value, counted):
    """What is larger than anything honest is worked out anew each time."""
    function, calls = counted
    assert function(value) == function(value) == (value, 0)
    assert len(calls) == 2


def test_a_certificate_is_parsed_once():
    """The same bytes give the same value, so that facts are read once; monsters are still equal."""
    assert parse(b"few bytes") is parse(b"few bytes")
    assert parse(bytes(LARGEST + 1)) is not parse(bytes(LARGEST + 1))
    assert parse(bytes(LARGEST + 1)) == parse(bytes(LARGEST + 1))
