from datetime import UTC, datetime

from cryptography import x509
from hypothesis import given, settings
from hypothesis import strategies as st

from tlsprobe.certs import ocsp, sct


def _block(body):
    return len(body).to_bytes(2) + body


def _sct(*, version=0, milliseconds=0, extensions=b"", signature=b"s"):
    return (
        bytes([version])
        + b"L" * 32
        + milliseconds.to_bytes(8)
        + _block(extensions)
        + b"\4\3"
        + _block(signature)
    )


def test_the_timestamps_inside_a_certificate(chain):
    """They agree with another reader's."""
    certificate = chain("with-scts")[0]
    found = sct.certificate_scts(certificate)
    assert found.faults == ()
    others = x509.load_der_x509_certificate(certificate.der).extensions.get_extension_for_class(
        x509.PrecertificateSignedCertificateTimestamps
    )
    assert [one.log_id for one in found.scts] == [other.log_id for other in others.value]
    assert [one.signature for one in found.scts] == [other.signature for other in others.value]
    for one in found.scts:
        assert one.timestamp == datetime(2026, 10, 1, tzinfo=UTC)
        assert (one.version, one.hash_algorithm, one.signature_algorithm) == (0, 4, 3)


def test_a_certificate_without_timestamps_has_none_and_no_fault(chain):
    """Absence is no malformation."""
    assert sct.certificate_scts(chain("honest")[0]) == sct.SctList()


def test_the_timestamps_inside_a_staple(staple):
    """RFC 6962 section 3.3 names three places; this is the rarest."""
    body = ocsp.parse(staple("good-with-scts")).sct_list
    assert body is not None
    assert len(sct.parse(body).scts) == 2


def test_one_that_cannot_be_read_hides_no_other():
    """A log may issue a version that is not known yet."""
    entries = [_sct(), _sct(version=7), _sct()[:20], _sct(extensions=b"e") + b"?", _sct()]
    found = sct.parse(_block(b"".join(map(_block, entries))))
    assert len(found.scts) == 2
    assert [fault.partition(":")[0] for fault in found.faults] == ["SCT 2", "SCT 3", "SCT 4"]
    assert "version 7" in found.faults[0]


def test_a_time_past_every_calendar_is_none():
    """Eight bytes of milliseconds reach further than dates do."""
    (found,) = sct.parse(_block(_block(_sct(milliseconds=2**64 - 1)))).scts
    assert found.timestamp is None


def test_a_list_with_trailing_bytes_is_a_fault():
    """The outer length must be right."""
    found = sct.parse(_block(_block(_sct())) + b"\0")
    assert found.scts == ()
    assert len(found.faults) == 1


@given(st.binary(max_size=200))
@settings(deadline=None)
def test_any_bytes(data):
    """Total: what cannot be read is a fault."""
    found = sct.parse(data)
    assert found.scts or found.faults or data == b"\0\0"


@given(st.lists(st.integers(0, 255), max_size=3), st.integers(0, 200))
@settings(deadline=None)
def test_a_good_list_with_some_bytes_changed(values, at):
    """Mutations reach the fields of an entry."""
    body = bytearray(_block(_block(_sct()) + _block(_sct(milliseconds=1))))
    for offset, value in enumerate(values):
        body[(at + 7 * offset) % len(body)] = value
    found = sct.parse(bytes(body))
    assert isinstance(found.scts, tuple)
