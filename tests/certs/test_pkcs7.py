from hypothesis import given
from hypothesis import strategies as st

from tests.revoking import ROOT_CERTIFICATE, bundle, issuing, ours
from tlsprobe.certs.pkcs7 import MAX_BUNDLED, bundled

BUNDLE = bundle(issuing(), ROOT_CERTIFICATE)


def test_the_certificates_of_a_bundle():
    """All of them, as AIA addresses of several CAs serve them."""
    assert set(bundled(BUNDLE)) == {ours(issuing()), ours(ROOT_CERTIFICATE)}


def test_not_more_than_an_honest_one_has():
    """The rest of a large one is left."""
    many = bundle(*(issuing(ocsp_at=(f"http://{number}.example",)) for number in range(20)))
    assert len(bundled(many)) == MAX_BUNDLED


def test_a_certificate_is_no_bundle():
    """Nor is anything else."""
    assert bundled(ours(issuing()).der) == ()


@given(st.data())
def test_any_bytes(data):
    """Total, also where a good one has some bytes changed."""
    body = bytearray(BUNDLE)
    for _ in range(data.draw(st.integers(1, 3))):
        body[data.draw(st.integers(0, 80))] = data.draw(st.integers(0, 255))
    assert len(bundled(bytes(body))) <= MAX_BUNDLED
    assert bundled(data.draw(st.binary(max_size=60))) == ()
