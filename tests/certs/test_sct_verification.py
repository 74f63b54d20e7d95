from hashlib import sha256

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from fixtures.chains.authority import edited, rsa_key
from fixtures.chains.cases import with_scts
from fixtures.chains.cast import HOST, INTERMEDIATE, MINTER, SERVER, SERVER_KEY
from fixtures.chains.timestamps import (
    logged_certificate,
    logged_leaf,
    sct_list,
    spki,
)
from tests.evidence import KNOWN_LOGS, logs
from tlsprobe.certs import sct
from tlsprobe.certs.certificate import parse
from tlsprobe.certs.sct_verification import (
    SctStatus,
    check_beside,
    check_embedded,
    precertificate,
)

LEAF = parse(with_scts().public_bytes(Encoding.DER))
ISSUER = sha256(spki(INTERMEDIATE.key)).digest()
OTHER = sha256(spki(MINTER.key)).digest()
BESIDE = parse(SERVER.public_bytes(Encoding.DER))


def statuses(certificate, *issuers, known=KNOWN_LOGS, scts=None):
    """What becomes of the timestamps inside a certificate."""
    found = sct.certificate_scts(certificate).scts if scts is None else scts
    return [check_embedded(certificate, one, frozenset(issuers), known).status for one in found]


def test_the_issuers_key_is_part_of_what_was_logged():
    """Timestamps hold for one issuer; with several candidates, one of them is enough."""
    assert statuses(LEAF, ISSUER) == [SctStatus.VERIFIED] * 2
    assert statuses(LEAF, OTHER, ISSUER) == [SctStatus.VERIFIED] * 2
    assert statuses(LEAF, OTHER) == [SctStatus.FAILED] * 2
    assert statuses(LEAF) == [SctStatus.UNTOLD] * 2


def test_they_are_of_one_certificate(chain):
    """Copied into another certificate, or changed in a bit, they do not verify under any key."""
    copied = chain("copied-timestamps")[0]
    assert statuses(copied, ISSUER) == statuses(copied, OTHER) == [SctStatus.FAILED] * 2
    serial = LEAF.serial.to_bytes(16)
    other = edited(
        with_scts(), INTERMEDIATE.key, lambda body: body.replace(serial, serial[:15] + b"?")
    )
    assert statuses(parse(other), ISSUER) == [SctStatus.FAILED] * 2


def test_an_rsa_log():
    """Logs may sign with RSA as well (RFC 6962 section 2.1.4)."""
    log = rsa_key("root")
    made = parse(logged_leaf(HOST, SERVER_KEY, INTERMEDIATE, logs=[log]).public_bytes(Encoding.DER))
    assert statuses(made, ISSUER, known=logs(log)) == [SctStatus.VERIFIED]
    assert statuses(made, OTHER, known=logs(log)) == [SctStatus.FAILED]


def test_a_log_that_is_not_known():
    """Of what an unknown log promises nothing is known."""
    others = logs(rsa_key("root"))
    assert statuses(LEAF, ISSUER, known=others) == [SctStatus.UNKNOWN_LOG] * 2


@pytest.mark.parametrize(("hashed", "signed"), [(4, 1), (5, 3), (0, 0)])
def test_a_log_signs_as_its_key_can(hashed, signed):
    """Other numbers of hash or signature than the log's key has are not the log's doing."""
    scts = [
        replace(one, hash_algorithm=hashed, signature_algorithm=signed, raw=one.raw + b"\0")
        for one in sct.certificate_scts(LEAF).scts
    ]
    assert statuses(LEAF, ISSUER, scts=scts) == [SctStatus.FAILED] * 2


def test_beside_the_certificate():
    """In a TLS extension or a staple they are over the whole certificate, and need no issuer."""
    scts = sct.parse(sct_list(logged_certificate(SERVER))).scts
    assert [check_beside(BESIDE, one, KNOWN_LOGS).status for one in scts] == [
        SctStatus.VERIFIED
    ] * 2
    assert [check_beside(LEAF, one, KNOWN_LOGS).status for one in scts] == [SctStatus.FAILED] * 2
    assert check_beside(BESIDE, scts[0], logs(rsa_key("root"))).status is SctStatus.UNKNOWN_LOG


def test_the_precertificate_is_anothers():
    """It is rebuilt as another library does."""
    other = x509.load_der_x509_certificate(LEAF.der)
    assert precertificate(LEAF) == other.tbs_precertificate_bytes
    assert precertificate(BESIDE) is None


def test_what_strict_parsers_refuse_is_rebuilt():
    """A certificate with an extension that another library gives up on has its timestamps verified."""
    odd = x509.UnrecognizedExtension(x509.ObjectIdentifier("2.5.29.32"), b"\x04\x00")
    made = logged_leaf(HOST, SERVER_KEY, INTERMEDIATE, more=[(odd, False)])
    certificate = parse(made.public_bytes(Encoding.DER))
    with pytest.raises(ValueError, match="parsing"):
        _ = x509.load_der_x509_certificate(certificate.der).extensions
    assert statuses(certificate, ISSUER) == [SctStatus.VERIFIED] * 2


def test_two_lists_in_one_certificate():
    """Then nobody can say which of them the log did not see."""
    another = x509.UnrecognizedExtension(
        x509.ObjectIdentifier("1.3.6.1.4.1.11129.2.4.7"), b"\x04\x02\0\0"
    )
    one = logged_leaf(HOST, SERVER_KEY, INTERMEDIATE, more=[(another, False)]).public_bytes(
        Encoding.DER
    )
    assert statuses(parse(one), ISSUER) == [SctStatus.VERIFIED] * 2
    kind = bytes.fromhex("060a2b06010401d6790204")
    twice = parse(one.replace(kind + b"\x07", kind + b"\x02"))
    assert precertificate(twice) is None
    assert statuses(twice, ISSUER) == [SctStatus.UNTOLD] * 2


@given(st.data())
@settings(max_examples=300)
def test_any_bytes(data):
    """Total: a certificate with some bytes changed has a precertificate or none, and nothing verifies."""
    body = bytearray(LEAF.der)
    for _ in range(data.draw(st.integers(1, 4))):
        body[data.draw(st.integers(0, len(body) - 1))] = data.draw(st.integers(0, 255))
    changed = parse(bytes(body))
    rebuilt = precertificate(changed)
    scts = sct.certificate_scts(LEAF).scts
    found = [check_embedded(changed, one, frozenset((ISSUER,)), KNOWN_LOGS).status for one in scts]
    same = rebuilt == precertificate(LEAF)
    assert (SctStatus.VERIFIED in found) == same


@given(st.binary(max_size=300))
def test_no_certificate(data):
    """Total on bytes that are none."""
    assert precertificate(parse(data)) is None
