from datetime import UTC, datetime

import pytest
from cryptography import x509
from hypothesis import given, settings
from hypothesis import strategies as st

from tlsprobe.certs import der


class TestElements:
    """Walking tag-length-value."""

    def test_short_and_long_lengths_are_read_alike(self):
        """A length of one byte and the same length in a longer form bound the same value."""
        for data in (b"\x04\x03abc", b"\x04\x81\x03abc", b"\x04\x84\x00\x00\x00\x03abc"):
            (one,), whole = der.elements(data, 0, len(data))
            assert whole
            assert der.value(data, one) == b"abc"
            assert der.whole(data, one) == data

    @pytest.mark.parametrize(
        "data",
        [
            pytest.param(b"\x04", id="no length"),
            pytest.param(b"\x04\x05abc", id="more announced than there is"),
            pytest.param(b"\x04\x80abc\x00\x00", id="indefinite length"),
            pytest.param(b"\x04\x85\x00\x00\x00\x00\x01a", id="length of five bytes"),
            pytest.param(b"\x1f\x81\x01\x01a", id="tag of several bytes"),
            pytest.param(b"\x1f\x01a", id="tag number 31"),
        ],
    )
    def test_what_has_no_meaning_is_not_read(self, data):
        """The walk stops there and says so, and keeps what came before."""
        found, whole = der.elements(b"\x02\x01\x07" + data, 0, 3 + len(data))
        assert not whole
        assert [one.tag for one in found] == [der.INTEGER]

    def test_opening_takes_what_is_cut_off_as_far_as_it_goes(self):
        """Only the walk's first steps are that lenient: a cut certificate still has its issuer."""
        one = der.opening(b"\x30\x82\x01\x00abc", 0, 7)
        assert one is not None
        assert (one.start, one.stop) == (4, 7)

    @given(st.binary(max_size=200))
    @settings(deadline=None)
    def test_any_bytes(self, data):
        """Whatever the bytes, elements lie within them, in order, and nothing raises."""
        found, _ = der.elements(data, 0, len(data))
        at = 0
        for one in found:
            assert one.at == at
            assert one.at < one.start <= one.stop <= len(data)
            at = one.stop
        der.opening(data, 0, len(data))


class TestValues:
    """What stands in an element."""

    @given(st.lists(st.integers(0, 2**40), min_size=0, max_size=6), st.integers(0, 2))
    @settings(deadline=None)
    def test_object_identifiers_read_as_cryptography_writes_them(self, arcs, top):
        """Dotted forms survive the way through an encoder of others."""
        dotted = ".".join(map(str, [top, arcs[0] % 40 if arcs else 1, *arcs[1:]]))
        usage = x509.ExtendedKeyUsage([x509.ObjectIdentifier(dotted)]).public_bytes()
        assert der.oid(usage[4:]) == dotted

    def test_an_object_identifier_cut_in_the_middle_is_none(self):
        """The last byte must end an arc."""
        assert der.oid(b"\x2a\x86") is None
        assert der.oid(b"") is None

    @pytest.mark.parametrize(
        ("tag", "body", "expected"),
        [
            (der.UTC_TIME, b"490101000000Z", datetime(2049, 1, 1, tzinfo=UTC)),
            (der.UTC_TIME, b"500101000000Z", datetime(1950, 1, 1, tzinfo=UTC)),
            (der.UTC_TIME, b"2601010000Z", datetime(2026, 1, 1, tzinfo=UTC)),
            (der.UTC_TIME, b"260101003000+0030", datetime(2026, 1, 1, tzinfo=UTC)),
            (der.GENERALIZED_TIME, b"20260101000000Z", datetime(2026, 1, 1, tzinfo=UTC)),
            (der.GENERALIZED_TIME, b"20260101000000.25Z", datetime(2026, 1, 1, tzinfo=UTC)),
            (
                der.GENERALIZED_TIME,
                b"99991231235959Z",
                datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC),
            ),
            (der.GENERALIZED_TIME, b"99991231235959-0100", None),
            (der.GENERALIZED_TIME, b"20261301000000Z", None),
            (der.GENERALIZED_TIME, b"2026010100000", None),
            (der.GENERALIZED_TIME, b"20260101000000", None),
            (der.UTC_TIME, b"26 101000000Z", None),
            (der.INTEGER, b"20260101000000Z", None),
        ],
    )
    def test_times(self, tag, body, expected):
        """Both types, with and without seconds and offset; what is no time is None."""
        assert der.moment(tag, body) == expected

    @given(st.sampled_from([der.UTC_TIME, der.GENERALIZED_TIME]), st.binary(max_size=24))
    @settings(deadline=None)
    def test_any_bytes_as_a_time(self, tag, body):
        """A time is aware or None; nothing raises."""
        moment = der.moment(tag, body)
        assert moment is None or moment.tzinfo is UTC

    def test_bits_are_counted_from_the_first(self):
        """Bit 0 is the highest of the first byte (RFC 5280 section 4.2.1.3)."""
        assert der.bits(b"\x01\x86") == {0, 5, 6}
        assert der.bits(b"") is None
        assert der.bits(b"\x08\xff") is None

    def test_integers_are_signed(self):
        """A serial with its highest bit set is negative."""
        assert der.integer(b"\xff") == -1
        assert der.integer(b"\x00\xff") == 255
        assert der.integer(b"") is None

    def test_strings_of_every_type(self):
        """Names come in seven alphabets; what does not decode, and what is no string, is None."""
        assert der.text(0x0C, "é".encode()) == "é"
        assert der.text(0x14, b"\xe9") == "é"
        assert der.text(0x1E, "é".encode("utf-16-be")) == "é"
        assert der.text(0x1C, "é".encode("utf-32-be")) == "é"
        assert der.text(0x0C, b"\xe9") is None
        assert der.text(0x13, b"\xe9") is None
        assert der.text(der.INTEGER, b"1") is None


@given(st.integers(0, 255).filter(lambda tag: tag & 0x1F != 0x1F), st.binary(max_size=70_000))
@settings(max_examples=50)
def test_what_is_encoded_is_read_again(tag, body):
    """An element that we write is one whole element of that tag and value, as short as it can be."""
    whole = der.encoded(tag, body)
    one = der.element(whole, 0, len(whole))
    assert one == der.Element(tag, 0, len(whole) - len(body), len(whole))
    assert der.value(whole, one) == body
    assert len(whole) - len(body) == 2 + (len(body) > 127) + (len(body) > 255) + (len(body) > 65535)
