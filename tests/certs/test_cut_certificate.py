"""A certificate that loss has cut: what came whole of it, and nothing else."""

import pytest
import trustme
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from hypothesis import given
from hypothesis import strategies as st

from tlsprobe.certs.certificate import Certificate, parse
from tlsprobe.certs.cut_certificate import CutCertificate, parse_cut

_LEAF = trustme.CA(organization_name="Test Org").issue_cert("a.example", "*.b.example")
DER = x509.load_pem_x509_certificate(_LEAF.cert_chain_pems[0].bytes()).public_bytes(Encoding.DER)
WHOLE = parse(DER)
FACTS = (
    "serial", "issuer", "issuer_name", "subject", "subject_name", "not_before", "not_after",
    "key_type", "spki_sha256", "dns_names", "authority_key_id",
)  # fmt: skip


def ends(part):
    """Where a part of the certificate ends."""
    return DER.index(part) + len(part)


def test_what_came_whole():
    """Of a certificate without its signature every fact is as in the whole one."""
    cut = parse_cut(DER[: WHOLE.outline.signed[1]])
    for fact in FACTS:
        assert getattr(cut, fact) == getattr(WHOLE, fact) is not None, fact


@pytest.mark.parametrize(
    ("part", "missing"),
    [
        (WHOLE.issuer_der, ("issuer", "issuer_name")),
        (WHOLE.spki_der, ("spki_sha256", "key_type")),
        (b"\x82\x09a.example\x82\x0b*.b.example", ("dns_names",)),
    ],
)
def test_a_field_counts_from_its_last_byte_on(part, missing):
    """One byte before its end it is not known, with it it is."""
    end = ends(part)
    for fact in missing:
        assert getattr(parse_cut(DER[: end - 1]), fact) is None
        assert getattr(parse_cut(DER[:end]), fact) == getattr(WHOLE, fact)


def test_it_is_no_certificate():
    """It is of another type, and has no hash that could be taken for a certificate's."""
    cut = parse_cut(DER[:300])
    assert not isinstance(cut, Certificate)
    assert not hasattr(cut, "sha256")
    assert not hasattr(cut, "public_key")
    assert cut == CutCertificate(DER[:300])
    assert cut.prefix == DER[:300]


def test_nothing_came():
    """Of no bytes nothing is known."""
    assert [getattr(parse_cut(b""), fact) for fact in FACTS] == [None] * len(FACTS)


@given(st.data())
def test_any_cut_and_any_change(data):
    """No bytes raise, and a cut of the real thing shows nothing that the whole one does not."""
    at = data.draw(st.integers(0, len(DER)))
    for fact in FACTS:
        assert getattr(parse_cut(DER[:at]), fact) in (None, getattr(WHOLE, fact))
    changed = bytearray(DER[:at])
    for _ in range(data.draw(st.integers(1, 4))):
        if changed:
            changed[data.draw(st.integers(0, at - 1))] = data.draw(st.integers(0, 255))
    for fact in FACTS:
        getattr(parse_cut(bytes(changed)), fact)


@given(st.binary(max_size=200))
def test_any_bytes(data):
    """Whatever the bytes, every fact can be asked."""
    for fact in FACTS:
        getattr(parse_cut(data), fact)
