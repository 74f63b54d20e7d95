import base64
import hashlib
import json
import warnings
from datetime import UTC, datetime
from ipaddress import ip_address
from pathlib import Path

import pytest
import trustme
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given, settings
from hypothesis import strategies as st

from tlsprobe.certs.certificate import Certificate, parse

_REFERENCE = Path(__file__).parents[3] / "shared" / "reference"
_LEAF = trustme.CA(organization_name="Test Org").issue_cert(
    "a.example", "*.b.example", "192.0.2.1", "2001:db8::1", common_name="a.example"
)
_DER = x509.load_pem_x509_certificate(_LEAF.cert_chain_pems[0].bytes()).public_bytes(Encoding.DER)


class TestFacts:
    """What a certificate says, beside what `cryptography` reads in it."""

    def test_the_facts_of_a_server_certificate(self):
        """Every fact that checks look at agrees with another reader's."""
        other = x509.load_der_x509_certificate(_DER)
        certificate = parse(_DER)
        spki = other.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        assert certificate.sha256 == hashlib.sha256(_DER).digest()
        assert certificate.spki_der == spki
        assert certificate.spki_sha256 == hashlib.sha256(spki).digest()
        assert certificate.subject == other.subject.rfc4514_string()
        assert certificate.issuer == other.issuer.rfc4514_string()
        assert certificate.subject_der == other.subject.public_bytes()
        assert certificate.issuer_der == other.issuer.public_bytes()
        assert certificate.serial == other.serial_number
        assert certificate.not_before == other.not_valid_before_utc
        assert certificate.not_after == other.not_valid_after_utc
        assert certificate.dns_names == ("a.example", "*.b.example")
        assert certificate.ip_addresses == (ip_address("192.0.2.1"), ip_address("2001:db8::1"))
        assert certificate.subject_common_names == ("a.example",)
        assert certificate.issuer_organisations == ("Test Org",)
        assert certificate.extended_key_usage == (
            "1.3.6.1.5.5.7.3.2",
            "1.3.6.1.5.5.7.3.1",
            "1.3.6.1.5.5.7.3.3",
        )
        assert certificate.key_type == "EC P-256"
        assert certificate.signature_algorithm == "ecdsa-with-SHA256"
        assert certificate.signature_hash == "sha256"
        assert certificate.public_key() == other.public_key()
        assert not certificate.is_ca
        assert not certificate.self_issued
        assert certificate.faults == ()

    def test_every_name_attribute_is_at_hand(self):
        """Products write themselves into units and e-mail addresses too."""
        kinds = (
            x509.NameOID.COMMON_NAME,
            x509.NameOID.ORGANIZATION_NAME,
            x509.NameOID.ORGANIZATIONAL_UNIT_NAME,
            x509.NameOID.EMAIL_ADDRESS,
        )
        name = x509.Name([x509.NameAttribute(kind, f"{kind.dotted_string}@x") for kind in kinds])
        key = Ed25519PrivateKey.generate()
        moment = datetime(2026, 1, 1, tzinfo=UTC)
        builder = x509.CertificateBuilder(name, name, key.public_key(), 1, moment, moment)
        certificate = parse(builder.sign(key, None).public_bytes(Encoding.DER))
        for whose in ("subject", "issuer"):
            assert [
                getattr(certificate, f"{whose}_{what}")
                for what in ("common_names", "organisations", "units", "emails")
            ] == [(f"{kind.dotted_string}@x",) for kind in kinds]
        assert certificate.self_issued
        assert certificate.key_type == certificate.signature_algorithm == "Ed25519"
        assert certificate.signature_hash is None
        assert certificate.signed_by(certificate.spki_der)

    def test_validity_includes_its_ends(self):
        """RFC 5280 section 4.1.2.5: both times are part of it."""
        certificate = parse(_DER)
        assert certificate.valid_at(certificate.not_before)
        assert certificate.valid_at(certificate.not_after)
        assert not certificate.valid_at(datetime(1999, 1, 1, tzinfo=UTC))
        assert parse(b"").valid_at(datetime(1999, 1, 1, tzinfo=UTC)) is None


class TestValue:
    """Certificates as values."""

    def test_equal_bytes_are_one_certificate(self):
        """`parse` gives the same object again, and equality and hash go by the bytes."""
        copy = bytes(bytearray(_DER))
        assert parse(copy) is parse(_DER)
        assert Certificate(copy) == parse(_DER)
        assert hash(Certificate(copy)) == hash(parse(_DER))
        assert parse(_DER) != parse(_DER[:-1])

    def test_it_is_told_from_others_in_a_debugger(self):
        """By subject and hash, not by a thousand bytes."""
        assert repr(parse(_DER)).startswith("Certificate('CN=a.example")

    def test_nobody_changes_it(self):
        """It is frozen."""
        with pytest.raises(AttributeError):
            parse(_DER).der = b""
        with pytest.raises(AttributeError):
            parse(_DER).subject = "CN=other"


class TestBroken:
    """What cannot be read costs itself alone."""

    def test_a_malformed_extension_hides_no_other(self, chain):
        """`cryptography` then shows no extension at all; CAs with such certificates are public."""
        certificate = chain("malformed-extension")[0]
        with pytest.raises(ValueError, match="parsing asn1"):
            x509.load_der_x509_certificate(certificate.der).extensions  # noqa: B018
        assert certificate.is_ca
        assert certificate.subject_key_id is not None
        assert certificate.key_usage is None
        assert certificate.faults == ("its keyUsage cannot be read",)

    def test_odd_contents_are_shown_and_named(self, chain):
        """A NUL in a DNS name neither cuts it nor matches; a terminal never sees raw escapes."""
        certificate = chain("odd-contents")[0]
        assert certificate.serial < 0
        assert certificate.dns_names == ("odd.example", r"nul\x00here.example")
        assert certificate.subject.isprintable()
        assert len(certificate.faults) == 3

    def test_a_certificate_cut_by_packet_loss_still_tells_its_names(self, chain):
        """Names, validity and key stand early in the encoding; only the signature is gone."""
        certificate = chain("cut-off")[0]
        whole = chain("honest")[0]
        assert certificate.issuer == whole.issuer
        assert certificate.subject == whole.subject
        assert certificate.not_after == whole.not_after
        assert certificate.spki_der == whole.spki_der
        assert certificate.dns_names == ()
        assert certificate.signed_by(chain("honest")[1].spki_der) is None
        assert "it is cut off" in certificate.faults

    def test_trailing_bytes_are_a_fault(self):
        """They belong to no field."""
        assert parse(_DER + b"\0\0").faults == ("2 bytes follow it",)

    def test_an_extension_that_stands_twice_is_a_fault(self):
        """RFC 5280 section 4.2: each kind at most once; the first is taken."""
        usage, names = bytes.fromhex("0603551d0f"), bytes.fromhex("0603551d25")
        assert names in _DER
        assert "it has an extension twice" in parse(_DER.replace(names, usage)).faults

    def test_extensions_that_cannot_be_walked_are_a_fault(self):
        """The others are still read."""
        names = bytes.fromhex("0603551d25")
        broken = parse(_DER.replace(names, b"\x05" + names[1:]))
        assert "its extensions cannot be read completely" in broken.faults
        assert broken.dns_names == parse(_DER).dns_names

    def test_two_names_for_the_signature_algorithm_are_a_fault(self):
        """RFC 5280 section 4.1.1.2: inside and outside must be the same."""
        ecdsa_256, ecdsa_384 = (bytes.fromhex(f"06082a8648ce3d04030{n}") for n in (2, 3))
        changed = ecdsa_384.join(_DER.rsplit(ecdsa_256, 1))
        assert parse(changed).faults == ("it names two different signature algorithms",)


def _ask_everything(certificate: Certificate) -> None:
    """Read every public fact."""
    for name in dir(Certificate):
        if not name.startswith("_"):
            fact = getattr(certificate, name)
            if name == "public_key":
                fact()
    assert certificate.subject.isprintable()
    assert certificate.signed_by(parse(_DER).spki_der) in (True, False, None)


class TestTotal:
    """Bytes of strangers."""

    @given(st.binary(max_size=300))
    @settings(deadline=None)
    def test_any_bytes(self, data):
        """No fact raises, whatever the bytes."""
        _ask_everything(parse(data))

    @given(st.data())
    @settings(deadline=None, max_examples=300)
    def test_a_good_certificate_with_some_bytes_changed(self, data):
        """Mutations reach deeper than noise: into times, names and extensions."""
        mutated = bytearray(_DER)
        for _ in range(data.draw(st.integers(1, 4))):
            at = data.draw(st.integers(0, len(mutated) - 1))
            mutated[at] = data.draw(st.integers(0, 255))
        _ask_everything(parse(bytes(mutated)[: data.draw(st.integers(0, len(mutated)))]))
        _ask_everything(parse(bytes(mutated)))


@pytest.mark.skipif(not _REFERENCE.is_dir(), reason="no ../shared/reference beside the repository")
class TestPublicCAs:
    """480 CA certificates of the clouds, whose facts others have collected."""

    @staticmethod
    def _records():
        for record in json.loads((_REFERENCE / "cloud_cas.json").read_text())["records"]:
            pem = (_REFERENCE / record["pem"]).read_text()
            body = pem.partition("-----BEGIN CERTIFICATE-----")[2].partition("-----END")[0]
            yield record, parse(base64.b64decode(body))

    def test_facts(self):
        """Keys, identifiers and dates of all of them are as recorded."""
        for record, certificate in self._records():
            assert certificate.sha256.hex() == record["sha256"]
            assert base64.b64encode(certificate.spki_sha256).decode() == record["spki_sha256"]
            # Four have a malformed keyUsage, over which the collector lost all extensions.
            for identifier, recorded in (
                (certificate.subject_key_id, record["ski"]),
                (certificate.authority_key_id, record["aki"]),
            ):
                assert recorded is None or identifier == bytes.fromhex(recorded)
            assert f"{certificate.not_after:%Y-%m-%dT%H:%M:%SZ}" == record["not_after"]
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                other = x509.load_der_x509_certificate(certificate.der)
            for ours, theirs in (
                (certificate.subject, other.subject),
                (certificate.issuer, other.issuer),
            ):
                if "2.5.4." not in (text := theirs.rfc4514_string()) and "1.2.840" not in text:
                    assert ours == text

    def test_signatures(self):
        """Each verifies under the key of the issuer on record, and under no key beside it."""
        found = {certificate.sha256.hex(): (record, certificate)
                 for record, certificate in self._records()}  # fmt: skip
        stranger = parse(_DER)
        verified = 0
        for record, certificate in found.values():
            issuer = found.get(record["issuer_sha256"])
            if issuer is not None:
                verified += 1
                assert certificate.signed_by(issuer[1].spki_der) is True
            assert certificate.signed_by(stranger.spki_der) is False
        assert verified > 300
