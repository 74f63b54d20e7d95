from ipaddress import ip_address

import pytest
from cryptography import x509
from hypothesis import given, settings
from hypothesis import strategies as st

from tlsprobe.certs import x509_extensions as ours


def _uri(text):
    return x509.UniformResourceIdentifier(text)


def test_alternative_names_of_every_kind():
    """Hosts and addresses are kept; other kinds of names are left out without harm."""
    body = x509.SubjectAlternativeName(
        [
            x509.DNSName("a.example"),
            x509.RFC822Name("a@b.example"),
            x509.IPAddress(ip_address("192.0.2.1")),
            _uri("https://a.example/"),
            x509.DirectoryName(x509.Name([])),
            x509.IPAddress(ip_address("2001:db8::1")),
            x509.DNSName("b.example"),
        ]
    ).public_bytes()
    names = ours.alternative_names(body)
    assert names.dns == ("a.example", "b.example")
    assert names.addresses == (ip_address("192.0.2.1"), ip_address("2001:db8::1"))
    assert names.whole


def test_an_address_of_another_size_is_left_out_and_told():
    """Four bytes or sixteen (RFC 5280 section 4.2.1.6)."""
    body = b"\x30\x0c\x87\x05\x01\x02\x03\x04\x05\x82\x03a.b"
    names = ours.alternative_names(body)
    assert names == ours.AlternativeNames(dns=("a.b",), addresses=(), whole=False)


@pytest.mark.parametrize(("ca", "length"), [(True, None), (True, 0), (True, 300), (False, None)])
def test_basic_constraints(ca, length):
    """With and without a path length."""
    body = x509.BasicConstraints(ca=ca, path_length=length).public_bytes()
    assert ours.basic_constraints(body) == (ca, length)


@pytest.mark.parametrize("bit", range(7))
def test_key_usage_bits_have_their_names(bit):
    """In the order of RFC 5280 section 4.2.1.3."""
    body = x509.KeyUsage(*(at == bit for at in range(7)), False, False).public_bytes()  # noqa: FBT003
    expected = [
        "digitalSignature",
        "nonRepudiation",
        "keyEncipherment",
        "dataEncipherment",
        "keyAgreement",
        "keyCertSign",
        "cRLSign",
    ][bit]
    assert ours.key_usage(body) == {expected}


def test_extended_key_usage():
    """As object identifiers, since new ones appear."""
    usages = [x509.ExtendedKeyUsageOID.SERVER_AUTH, x509.ObjectIdentifier("1.3.6.1.4.1.311.10.3.4")]
    assert ours.extended_key_usage(x509.ExtendedKeyUsage(usages).public_bytes()) == (
        ours.SERVER_AUTH,
        "1.3.6.1.4.1.311.10.3.4",
    )


def test_key_identifiers():
    """The authority's may come with a name and serial, or as these alone."""
    assert ours.octets(x509.SubjectKeyIdentifier(b"abc").public_bytes()) == b"abc"
    issuer = [x509.DirectoryName(x509.Name([]))]
    for identifier in (b"abc", None):
        body = x509.AuthorityKeyIdentifier(identifier, issuer, 7).public_bytes()
        assert ours.authority_key_id(body) == (identifier or b"")


def test_addresses_of_services():
    """OCSP and the issuer's certificate; methods that are not known are left out."""
    access = x509.AuthorityInformationAccess(
        [
            x509.AccessDescription(x509.AuthorityInformationAccessOID.OCSP, _uri("http://o/")),
            x509.AccessDescription(
                x509.AuthorityInformationAccessOID.CA_ISSUERS, _uri("http://i/")
            ),
            x509.AccessDescription(x509.ObjectIdentifier("1.2.3"), _uri("http://x/")),
        ]
    )
    assert ours.authority_information(access.public_bytes()) == (
        ("http://o/",),
        ("http://i/",),
        True,
    )


def test_addresses_of_revocation_lists():
    """Of every point; one that is named relative to the issuer has none."""
    points = x509.CRLDistributionPoints(
        [
            x509.DistributionPoint([_uri("http://a/"), _uri("ldap://b/")], None, None, None),
            x509.DistributionPoint(
                None,
                x509.RelativeDistinguishedName([x509.NameAttribute(x509.NameOID.COMMON_NAME, "c")]),
                None,
                None,
            ),
            x509.DistributionPoint(
                [_uri("http://d/")], None, None, [x509.DirectoryName(x509.Name([]))]
            ),
        ]
    )
    assert ours.crl_urls(points.public_bytes()) == ("http://a/", "ldap://b/", "http://d/")


def test_text_that_cannot_be_printed_is_shown_by_its_bytes():
    """So it can neither match a host nor steer a terminal."""
    assert ours.printable(b"a\0b\xe9\x1b") == r"a\x00b\xe9\x1b"


@given(st.binary(max_size=120))
@settings(deadline=None)
def test_any_bytes(data):
    """Every decoder is total."""
    for decode in (
        ours.alternative_names,
        ours.basic_constraints,
        ours.key_usage,
        ours.extended_key_usage,
        ours.octets,
        ours.authority_key_id,
        ours.authority_information,
        ours.crl_urls,
    ):
        decode(data)
        decode(b"\x30" + bytes([len(data)]) + data)
