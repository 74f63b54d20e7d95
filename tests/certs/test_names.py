import subprocess
import sys

import pytest
import trustme
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from hypothesis import example, given, settings
from hypothesis import strategies as st
from service_identity.hazmat import DNS_ID, DNSPattern

from tlsprobe.certs.certificate import parse
from tlsprobe.certs.names import common_name_only, covers, expected_names, plainly_covers

_CA = trustme.CA()


def issued(*names):
    """A certificate for these names."""
    pem = _CA.issue_cert(*names).cert_chain_pems[0].bytes()
    return parse(x509.load_pem_x509_certificate(pem).public_bytes(Encoding.DER))


_CERTIFICATE = issued(
    "login.example", "*.wild.example", "münchen.example", "192.0.2.1", "2001:db8::1"
)


@pytest.mark.parametrize(
    "host",
    [
        "login.example",
        "LOGIN.example",
        "login.example.",
        "a.wild.example",
        "münchen.example",
        "xn--mnchen-3ya.example",
        "192.0.2.1",
        "2001:db8::1",
        "2001:0DB8:0::1",
        "[2001:db8::1]",
    ],
)
def test_covered(host):
    """Case, a trailing dot, the form of an address and the form of an IDN make no difference."""
    assert covers(_CERTIFICATE, host)


@pytest.mark.parametrize(
    "host",
    [
        "example",
        "other.example",
        "a.login.example",
        "wild.example",
        "a.b.wild.example",
        "xn--a.wild.example",
        "login.example.evil.example",
        "192.0.2.2",
        "2001:db8::2",
    ],
)
def test_not_covered(host):
    """A wildcard stands for exactly one label (RFC 9525 section 6.3)."""
    assert not covers(_CERTIFICATE, host)


@pytest.mark.parametrize(
    "host",
    ["", ".", "..", "a b", "*", "*.wild.example", "a\0.wild.example", "x" * 300, "ü..ü", "1"],
)
def test_a_malformed_host_is_covered_by_nothing(host):
    """It is no exception either."""
    assert not covers(_CERTIFICATE, host)
    assert not common_name_only(_CERTIFICATE, host)


def test_the_common_name_is_no_match_but_a_fact(chain):
    """Clients of today refuse such a certificate (RFC 9525 section 2); the reason is worth telling."""
    certificate = chain("common-name-only")[0]
    assert not covers(certificate, "sync.cloud.example")
    assert common_name_only(certificate, "sync.cloud.example")
    assert not common_name_only(certificate, "other.example")
    assert not common_name_only(chain("honest")[0], "sync.cloud.example")


def test_an_address_is_covered_by_addresses_only(chain):
    """It never matches a DNS name that looks like it."""
    certificate = chain("ip-address")[0]
    assert covers(certificate, "192.0.2.7")
    assert covers(certificate, "2001:db8::7")
    assert not covers(certificate, "192.0.2.8")
    assert not common_name_only(certificate, "192.0.2.7")
    assert not common_name_only(certificate, "192.0.2.8")
    assert not covers(issued("a.example"), "192.0.2.7")


def test_case_makes_no_difference_in_the_certificate_either():
    """DNS names are compared without case (RFC 9525 section 6.3)."""
    upper = parse(_CERTIFICATE.der.replace(b"login.example", b"LOGIN.Example"))
    assert covers(upper, "login.example")


def test_a_wildcard_that_stands_for_too_much_is_no_name():
    """A pattern over a whole top-level domain is passed over, and the others still count."""
    wide = parse(_CERTIFICATE.der.replace(b"login.example", b"*.login-examp"))
    assert wide.dns_names[0] == "*.login-examp"
    assert not covers(wide, "a.login-examp")
    assert covers(wide, "a.wild.example")


def test_a_name_cut_by_a_nul_does_not_match_its_beginning(chain):
    """The oldest trick with names in certificates."""
    certificate = chain("odd-contents")[0]
    assert covers(certificate, "odd.example")
    assert not covers(certificate, "nul")


def test_names_are_listed_as_written():
    """For a report that says what the certificate is for instead."""
    assert expected_names(_CERTIFICATE) == (
        "login.example",
        "*.wild.example",
        "xn--mnchen-3ya.example",
        "192.0.2.1",
        "2001:db8::1",
    )
    assert expected_names(parse(b"")) == ()


@given(st.text(max_size=40))
@settings(deadline=None)
def test_any_host(host):
    """Whatever is asked, the answer is yes or no."""
    assert covers(_CERTIFICATE, host) in (True, False)
    assert common_name_only(_CERTIFICATE, host) in (True, False)


_LABELS = st.lists(
    st.sampled_from(["a", "b", "xn--a", "*", "1", "A", "a*", "-a", "", "K", "a b", "127"]),
    min_size=1,
    max_size=4,
).map(".".join)


@given(_LABELS, _LABELS)
@example("*.a.b", "xn--a.a.b")
@example("*.b", "a.b")
@example("k.b", "K.b")
def test_what_is_plainly_covered_is_covered_by_the_rules(name, host):
    """The short way says yes only where service-identity does."""
    if plainly_covers((name,), host):
        assert DNS_ID(host.removesuffix(".")).verify(DNSPattern.from_bytes(name.encode()))


def test_service_identity_is_imported_when_it_is_needed():
    """It brings pyOpenSSL along, which `--help` need not pay for."""
    program = "import sys, tlsprobe.certs.names; sys.exit('service_identity' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
