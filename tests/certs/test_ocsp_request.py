from base64 import b64decode
from urllib.parse import unquote

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from hypothesis import given
from hypothesis import strategies as st

from tests.revoking import issuing, ours, server
from tlsprobe.certs import der
from tlsprobe.certs.certificate import parse
from tlsprobe.certs.ocsp_request import MAX_GET, get_url, request


def test_it_is_what_another_library_asks():
    """Byte for byte: SHA-1, no nonce, no version."""
    builder = ocsp.OCSPRequestBuilder().add_certificate(server(), issuing(), hashes.SHA1())
    expected = builder.build().public_bytes(Encoding.DER)
    assert request(ours(server()), ours(issuing())) == expected


def test_a_certificate_without_a_number_cannot_be_asked_about():
    """There is nothing to name it by."""
    assert request(parse(b"\x30\x00"), ours(issuing())) is None


@pytest.mark.parametrize(
    "url", ["http://ocsp.example", "http://ocsp.example/", "http://a.example/x/"]
)
def test_a_small_question_goes_into_the_path(url):
    """As base64, whose signs have a meaning in a path and are quoted (RFC 6960 appendix A.1)."""
    asked = request(ours(server()), ours(issuing()))
    whole = get_url(url, asked)
    tail = whole.removeprefix(url.rstrip("/") + "/")
    assert "/" not in tail
    assert "+" not in tail
    assert b64decode(unquote(tail)) == asked


def test_a_large_question_is_posted():
    """What is longer than caches take, and what has no path to be put into."""
    assert get_url("http://ocsp.example/" + "x" * MAX_GET, b"question") is None
    assert get_url("http://ocsp.example/?ca=1", b"question") is None


@given(st.integers(-(2**170), 2**170))
def test_numbers_are_written_as_der_has_them(number):
    """In as few bytes as it takes, so that they are found where others wrote them."""
    written = der.signed(number)
    assert der.integer(written) == number
    assert len(written) == 1 or der.integer(written[1:]) != number
