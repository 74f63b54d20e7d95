import pytest
from cryptography import x509
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.revoking import DAY, NOW, STRANGER, issuing, ours, point, revocation_list
from tlsprobe.certs import crl, der

LISTED = revocation_list(5, 2**120 + 1, 300, 0x80)
WITHOUT_ENTRIES = revocation_list()


def test_the_frame_agrees_with_another_readers():
    """Names, times and what is signed."""
    one, other = crl.parse(LISTED), x509.load_der_x509_crl(LISTED)
    assert one.fault is None
    assert one.issuer == other.issuer.public_bytes()
    assert (one.this_update, one.next_update) == (NOW - DAY, NOW + DAY)
    assert LISTED[slice(*one.signed)] == other.tbs_certlist_bytes
    assert one.signature == other.signature
    assert one.scope == crl.Scope()


def test_who_signed_it():
    """The CA's key, and no other one under its name."""
    one = crl.parse(LISTED)
    assert one.signed_by(ours(issuing()).spki_der) is True
    assert crl.parse(revocation_list(by=STRANGER)).signed_by(ours(issuing()).spki_der) is False
    assert one.signed_by(b"") is None


@given(st.lists(st.integers(1, 2**159 - 1), unique=True, max_size=20), st.integers(1, 2**159 - 1))
@settings(deadline=None, max_examples=60)
@example([0x7F, 0x80, 0xFF, 0x100], 0x00FF00)
def test_a_number_is_found_if_it_is_in_the_list(serials, other):
    """Each that was revoked with when and why, and no other one."""
    listed = crl.parse(revocation_list(*serials))
    for serial in serials:
        found = listed.find(serial)
        assert found.fault is None
        assert found.entry == crl.Entry(NOW - 9 * DAY, "keyCompromise")
    assert (listed.find(other).entry is None) == (other not in serials)


def test_a_number_that_stands_inside_another_entry_is_not_in_the_list():
    """The bytes of a serial number may be part of another: an entry begins with its own."""
    inner = b"\x02\x02\x12\x34"
    serial = int.from_bytes(b"\x01" + inner)
    listed = crl.parse(revocation_list(serial))
    assert inner in listed.der
    assert listed.find(0x1234) == crl.Search()
    assert listed.find(serial).entry is not None


def test_entries_that_cannot_be_read_are_no_answer():
    """Where the bytes of the number are there, but not the way to them, nobody can say."""
    at = crl.parse(LISTED).entries[0]
    broken = LISTED[:at] + b"\x05" + LISTED[at + 1 :]
    assert crl.parse(broken).find(300).fault == "its entries cannot be read"
    assert crl.parse(broken).find(301) == crl.Search()


def test_a_list_without_entries_or_reasons():
    """Both may be left out (RFC 5280 section 5.1)."""
    assert crl.parse(WITHOUT_ENTRIES).find(5) == crl.Search()
    plain = crl.parse(revocation_list(5, reason=None))
    assert plain.find(5).entry == crl.Entry(NOW - 9 * DAY, None)


def test_without_an_end():
    """NextUpdate is optional in ASN.1, and its absence is seen."""
    whole = revocation_list(5)
    end = (NOW + DAY).strftime("\x17\x0d%y%m%d%H%M%SZ").encode()
    assert whole.count(end) == 1
    outer, body = der.element(whole, 0, len(whole)), None
    assert outer is not None
    body = der.element(whole, outer.start, outer.stop)
    signed = der.encoded(0x30, whole[body.start : body.stop].replace(end, b""))
    listed = crl.parse(der.encoded(0x30, signed + whole[body.stop :]))
    assert listed.next_update is None
    assert listed.find(5).entry is not None


@pytest.mark.parametrize(
    ("extensions", "limit"),
    [
        (point(only_some_reasons=frozenset((x509.ReasonFlags.key_compromise,))),
         "it is for some reasons of revocation only"),
        (point(indirect_crl=True), "it is about certificates of several CAs"),
        (point(only_contains_attribute_certs=True), "it is about attribute certificates only"),
        (((x509.DeltaCRLIndicator(3), True),), "it tells changes to another list only"),
        (((x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3"), b"\5\0"), True),),
         "it has the critical extension 1.2.3, unknown here"),
        (((x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3"), b"\5\0"), False),), None),
    ],
)  # fmt: skip
def test_a_list_that_is_not_whole_says_so(extensions, limit):
    """Whoever reads one for the whole takes revoked certificates for good ones."""
    assert crl.parse(revocation_list(extensions=extensions)).scope.limit == limit


def test_whom_a_list_covers():
    """Users or CAs, and a distribution point."""
    url = "http://crl.example/3.crl"
    part = point(full_name=[x509.UniformResourceIdentifier(url)], only_contains_user_certs=True)
    scope = crl.parse(revocation_list(extensions=part)).scope
    assert scope == crl.Scope(urls=(url,), servers=True, cas=False)
    scope = crl.parse(revocation_list(extensions=point(only_contains_ca_certs=True))).scope
    assert (scope.servers, scope.cas) == (False, True)


@given(st.binary(max_size=200))
@settings(deadline=None)
def test_any_bytes(data):
    """Total: what is no list has a fault."""
    assert crl.parse(data).fault is not None


@given(st.data())
@settings(deadline=None, max_examples=300)
def test_a_good_list_with_some_bytes_changed(data):
    """Mutations reach every field, and raise nowhere."""
    body = bytearray(LISTED)
    for _ in range(data.draw(st.integers(1, 4))):
        body[data.draw(st.integers(0, len(body) - 1))] = data.draw(st.integers(0, 255))
    listed = crl.parse(bytes(body[: data.draw(st.integers(0, len(body)))]))
    for serial in (5, 300, 2**120 + 1):
        found = listed.find(serial)
        assert found.entry is None or found.fault is None
    assert listed.signed_by(b"") is None


def test_the_last_of_many_is_found():
    """A list of a hundred thousand entries, of which only the wanted one becomes a value."""
    many = b"".join(
        b"\x30\x23\x02\x12\x40" + bytes(13) + number.to_bytes(4) + b"\x17\x0d261101000000Z"
        for number in range(100_000)
    )
    name, when = der.encoded(0x30, b""), b"\x17\x0d261101000000Z"
    algorithm = der.encoded(0x30, b"\x06\x01\x2a")
    signed = der.encoded(0x30, algorithm + name + when + when + der.encoded(0x30, many))
    listed = crl.parse(der.encoded(0x30, signed + algorithm + b"\x03\x01\x00"))
    first = int.from_bytes(b"\x40" + bytes(17))
    assert listed.find(first + 99_999).entry == crl.Entry(NOW.replace(day=1, hour=0), None)
    assert listed.find(first + 100_000) == crl.Search()
