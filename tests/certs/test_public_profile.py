"""What public CAs may not put into a leaf, or have to: by the rules of its time."""

from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID, NameOID
from hypothesis import given
from hypothesis import strategies as st

from fixtures.chains.authority import day, ec_key
from tlsprobe.certs.certificate import parse
from tlsprobe.certs.public_profile import Departure, departures

AT = datetime(2026, 11, 23, 12, tzinfo=UTC)
KEY, SIGNER = ec_key("server"), ec_key("profile signer")
DRAWN = 0x3F9A1C77E0B2446D8A5F0C1B2E3D4F50
HOST = "sync.cloud.example"
OCSP = x509.UniformResourceIdentifier("http://ocsp.example/")

PARTS = {
    "names": x509.SubjectAlternativeName([x509.DNSName(HOST)]),
    "authority": x509.AuthorityKeyIdentifier.from_issuer_public_key(SIGNER.public_key()),
    "information": x509.AuthorityInformationAccess(
        [x509.AccessDescription(AuthorityInformationAccessOID.OCSP, OCSP)]
    ),
    "policy": x509.CertificatePolicies(
        [x509.PolicyInformation(x509.ObjectIdentifier("2.23.140.1.2.1"), None)]
    ),
    "usage": x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]),
}
"""What every public leaf has."""


def leaf(*, without=(), serial=DRAWN, begin="2026-10-01", days=90, key=KEY, ca=False,
         digest=hashes.SHA256()):  # fmt: skip
    """A leaf as a public CA makes it, but for what is given."""
    start = day(begin)
    builder = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOST)]))
        .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Example CA")]))
        .public_key(key.public_key())
        .serial_number(serial)
        .not_valid_before(start)
        .not_valid_after(start + timedelta(days=days, seconds=-1))
        .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
    )
    for name, part in PARTS.items():
        if name not in without:
            builder = builder.add_extension(part, critical=False)
    return parse(builder.sign(SIGNER, digest).public_bytes(Encoding.DER))


def test_a_leaf_that_keeps_the_rules():
    """A leaf as public CAs make them departs from nothing, now and in earlier years."""
    assert departures(leaf(), AT) == ()
    assert departures(leaf(begin="2019-01-01", days=825), datetime(2019, 6, 1, tzinfo=UTC)) == ()


@pytest.mark.parametrize(
    ("made", "departure"),
    [
        ({"without": {"names"}}, Departure.NO_NAMES),
        ({"without": {"authority"}}, Departure.NO_AUTHORITY_KEY_ID),
        ({"without": {"policy"}}, Departure.NO_POLICY),
        ({"without": {"usage"}}, Departure.NOT_FOR_SERVERS),
        ({"ca": True}, Departure.IS_A_CA),
        ({"serial": 4096}, Departure.SERIAL_SHORT),
        ({"serial": 1}, Departure.SERIAL_SHORT),
        ({"serial": int("11" * 16, 16)}, Departure.SERIAL_PATTERNED),
        ({"serial": 0x0123456789ABCDEF}, Departure.SERIAL_PATTERNED),
        ({"serial": int.from_bytes(range(1, 17))}, Departure.SERIAL_PATTERNED),
        ({"serial": 1791000000}, Departure.SERIAL_FROM_THE_CLOCK),
        ({"serial": 1791000000_123}, Departure.SERIAL_FROM_THE_CLOCK),
        ({"serial": 1791000000_123456789}, Departure.SERIAL_FROM_THE_CLOCK),
        ({"days": 202}, Departure.LIFE_TOO_LONG),
        ({"begin": "2026-02-01", "days": 400}, Departure.LIFE_TOO_LONG),
        ({"key": rsa.generate_private_key(65537, 1024)}, Departure.KEY_TOO_SHORT),
    ],
    ids=lambda one: one.name if isinstance(one, Departure) else "",
)
def test_each_departure(made, departure):
    """One thing that is otherwise is one departure."""
    assert departures(leaf(**made), AT) == (departure,)


def test_no_place_to_ask():
    """Without authorityInfoAccess there is no place to ask either, but for a leaf of a few days."""
    bare = leaf(without={"information"})
    assert departures(bare, AT) == (Departure.NO_AUTHORITY_INFORMATION, Departure.NO_REVOCATION)
    short = leaf(without={"information"}, begin="2026-11-20", days=6)
    assert departures(short, AT) == (Departure.NO_AUTHORITY_INFORMATION,)


@pytest.mark.parametrize(
    ("begin", "days", "long"),
    [
        ("2026-03-14", 398, False), ("2026-03-15", 200, False), ("2026-03-15", 202, True),
        ("2027-03-15", 100, False), ("2027-03-15", 102, True), ("2029-03-15", 47, False),
        ("2029-03-15", 49, True), ("2020-08-31", 825, False), ("2020-09-01", 400, True),
        ("2012-06-30", 3650, False),
    ],
)  # fmt: skip
def test_how_long_a_leaf_may_live(begin, days, long):
    """As long as the rules of its first day let it."""
    found = departures(leaf(begin=begin, days=days), day(begin) + timedelta(days=1))
    assert (Departure.LIFE_TOO_LONG in found) is long


def test_rules_that_were_not_there_yet():
    """What was issued before a rule is not held to it; a date of long ago on what is served today is."""
    old = leaf(serial=4096, begin="2016-01-01", without={"policy"})
    assert departures(old, day("2016-02-01")) == (Departure.NO_POLICY,)
    ancient = leaf(serial=4096, begin="2010-01-01", days=9000, without={"policy"})
    assert departures(ancient, day("2010-02-01")) == ()
    assert departures(ancient, AT) == (Departure.SERIAL_SHORT, Departure.NO_POLICY)


def test_a_serial_from_another_time():
    """A number of the clock's size that is no time of the leaf's life is a short one."""
    assert departures(leaf(serial=1491000000), AT) == (Departure.SERIAL_SHORT,)


def test_what_cannot_be_read_is_not_missed():
    """A leaf that is cut or malformed may have what is not seen."""
    whole = leaf(without={"policy"}).der
    assert departures(parse(whole[:-20]), AT) == ()
    assert departures(parse(b""), AT) == ()


@given(st.integers(0, 400), st.binary(max_size=8))
def test_bytes_never_raise(at, patch):
    """Whatever stands in a certificate, the answer is a tuple."""
    whole = bytearray(leaf().der)
    whole[at : at + len(patch)] = patch
    assert isinstance(departures(parse(bytes(whole)), AT), tuple)
