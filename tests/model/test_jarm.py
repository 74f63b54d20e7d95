"""JARM's hash and the answers that it is made of, by published values."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tlsprobe.model.jarm import HELLOS, NO_ANSWER, Answer, answer, jarm
from tlsprobe.wire.jarm_cipher_suites import NUMBERS, OFFERED

# hdm/jarm-go `jarm_test.go` (3eaa57f9; read 2026-11-25): the answers of one server in the notation of
# the reference, its value, and its ServerHello with the header of the record behind it.
PLAIN, WITH_ALPN = "c02f|0303||0000-ff01-000b-0023", "c02f|0303|http/1.1|0000-ff01-000b-0023-0010"
PUBLISHED = (
    WITH_ALPN, WITH_ALPN, "|||", PLAIN, PLAIN, "|||", WITH_ALPN, WITH_ALPN, WITH_ALPN, WITH_ALPN,
)  # fmt: skip
VALUE = "29d29d00029d29d00029d29d29d29d8c9dac4e97f99c7a0e93e9d4d790df0a"
FLIGHT = bytes.fromhex(
    "16030300500200004c0303331f11323d4cb22e196c9661a2a8643cb48be65615220cd3bb3e198e06a906b100c02f00"
    "002400000000ff01000100000b00040300010200230000001000 0b000908687474702f312e31160303"
)


def written(text):
    """An answer in the notation of the reference."""
    suite, version, protocol, codes = text.split("|")
    if not suite:
        return None
    return Answer(
        int(suite, 16), int(version, 16), protocol, tuple(int(one, 16) for one in codes.split("-"))
    )


def test_a_published_value():
    """Ten answers have the value that was published for them."""
    assert jarm([written(one) for one in PUBLISHED]) == VALUE


def test_a_published_answer():
    """A ServerHello says what was published of it."""
    assert answer(FLIGHT) == written(WITH_ALPN)


def test_no_answer_at_all():
    """Where no hello was answered all is zero, the hash too."""
    assert jarm([None] * HELLOS) == NO_ANSWER == "0" * 62


def test_every_suite_has_a_number():
    """They go from 1 to 69, TLS 1.3's last; a suite that was not offered has the one behind."""
    assert len(set(OFFERED)) == len(NUMBERS) == 69
    assert (NUMBERS[0x0004], NUMBERS[0xCCA9], NUMBERS[0x1301], NUMBERS[0x1305]) == (1, 64, 65, 69)
    assert jarm([Answer(0xBAD0, 0x0303, "", ())] * HELLOS)[:3] == "46d"


def test_a_version_that_does_not_exist():
    """A server may write any version; what has no letter is a zero."""
    assert [jarm([Answer(0x0004, version, "", ())])[:3] for version in (0x0300, 0x0305, 0x03FF)] == [
        "01a", "01f", "010",
    ]  # fmt: skip


def records(message, size):
    """The message in records of that many bytes."""
    pieces = (message[at : at + size] for at in range(0, len(message), size))
    return b"".join(b"\x16\3\3" + len(one).to_bytes(2) + one for one in pieces)


@pytest.mark.parametrize("size", [1, 3, 4, 40, 84])
def test_a_hello_in_many_records(size):
    """However it is cut into records, it says the same."""
    assert answer(records(FLIGHT[5:85], size)) == answer(FLIGHT)


@pytest.mark.parametrize(
    "stream",
    [
        b"",
        FLIGHT[:60],
        b"\x15\3\3\0\2\2\x28",
        b"\x15\3\3\0\2\1\x70" + FLIGHT,
        b"HTTP/1.1 400 Bad Request\r\n\r\n",
        records(b"\x0b\0\0\3\0\0\0", 16),
        records(b"\2\xff\xff\xff" + bytes(40), 16),
        FLIGHT.replace(b"http/1.1", b"\xff" * 8),
    ],
    ids=["nothing", "cut", "alert", "warning first", "HTTP", "certificate", "huge", "no text"],
)
def test_no_server_hello(stream):
    """What does not begin with a whole ServerHello is no answer."""
    assert answer(stream) is None


def test_a_hello_without_extensions():
    """An old server's hello ends behind its compression method."""
    hello = b"\3\3" + bytes(32) + b"\0\0\x2f\0"
    assert answer(records(b"\2\0\0" + bytes((len(hello),)) + hello, 99)) == (0x2F, 0x0303, "", ())


@given(st.one_of(st.binary(), st.binary().map(lambda tail: FLIGHT[:50] + tail)))
def test_any_bytes(stream):
    """No bytes raise, and every value has its form."""
    value = jarm([answer(stream)] * HELLOS)
    assert len(value) == 62
    assert set(value) <= set("0123456789abcdef")
