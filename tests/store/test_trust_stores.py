import base64
import subprocess
import sys

import pytest
import trustme

from tlsprobe.certs.certificate import Certificate
from tlsprobe.errors import InputError
from tlsprobe.store import trust_stores
from tlsprobe.store.trust_stores import bundle_store, certifi_store, machine_store, pem_store


@pytest.fixture
def root() -> trustme.CA:
    """A CA of somebody's own."""
    return trustme.CA(organization_name="Contoso")


def _der(authority: trustme.CA) -> bytes:
    body = authority.cert_pem.bytes().partition(b"-----BEGIN CERTIFICATE-----")[2]
    return base64.b64decode(body.partition(b"-----END")[0])


class TestCertifi:
    """The public roots."""

    def test_every_root_of_the_bundle_is_known_by_its_key(self):
        """More than a hundred, all of them anchors with a key that can be used."""
        store = certifi_store()
        assert store.origin.startswith("certifi 20")
        assert store.complete
        assert len(store.cas) > 100
        for ca in store.cas:
            assert ca.root
            assert isinstance(ca.certificate, Certificate)
            assert ca.certificate.public_key() is not None
            assert store.by_key(ca.spki_sha256) is not None

    def test_it_is_read_once(self):
        """Caches go by a store's identity."""
        assert certifi_store() is certifi_store()

    def test_a_bundle_as_it_was_installed_raises_no_doubt(self):
        """The hash is that of the installation's record."""
        assert certifi_store().doubt == ""

    def test_a_bundle_that_somebody_appended_a_root_to_raises_doubt(self, tmp_path, root):
        """People do so to get through their proxy: then the proxy's CA looks public."""
        bundle = tmp_path / "certifi" / "cacert.pem"
        record = tmp_path / "certifi-2026.1.1.dist-info" / "RECORD"
        for path in (bundle, record):
            path.parent.mkdir()
        bundle.write_bytes(b"")
        record.write_text(
            "certifi/cacert.pem,sha256=47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU,0\n"
        )
        assert bundle_store(bundle, "certifi 2026.1.1").doubt == ""
        bundle.write_bytes(root.cert_pem.bytes())
        changed = bundle_store(bundle, "certifi 2026.1.1")
        assert changed.doubt == f"{bundle} was changed after certifi had been installed"
        assert len(changed.cas) == 1

    def test_certifi_itself_is_not_imported(self):
        """Its import costs more than its certificates."""
        program = (
            "import sys; from tlsprobe.store.trust_stores import certifi_store; certifi_store();"
            "sys.exit('certifi' in sys.modules)"
        )
        assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


class TestPemFile:
    """CAs that a caller vouches for."""

    def test_roots_and_intermediates(self, tmp_path, root):
        """Only self-issued ones are anchors; text around the blocks is no matter."""
        path = tmp_path / "lab.pem"
        below = root.create_child_ca()
        path.write_bytes(b"# ours\n" + root.cert_pem.bytes() + b"\n\n" + below.cert_pem.bytes())
        store = pem_store(path, "--ca-file")
        assert [(ca.root, ca.origin) for ca in store.cas] == [
            (True, "--ca-file lab.pem"),
            (False, "--ca-file lab.pem"),
        ]
        assert (store.name, store.origin) == ("--ca-file", str(path))

    def test_a_certificate_given_twice_counts_once(self, tmp_path, root):
        """Bundles are often put together by hand."""
        path = tmp_path / "lab.pem"
        path.write_bytes(root.cert_pem.bytes() * 2)
        assert len(pem_store(path, "--ca-file").cas) == 1

    def test_the_trusted_form_of_openssl(self, tmp_path, root):
        """It carries OpenSSL's own settings behind the certificate."""
        path = tmp_path / "trusted.pem"
        body = base64.encodebytes(_der(root) + b"\x30\x00").decode()
        path.write_text(
            f"-----BEGIN TRUSTED CERTIFICATE-----\n{body}-----END TRUSTED CERTIFICATE-----\n"
        )
        (ca,) = pem_store(path, "--ca-file").cas
        assert ca.certificate is not None
        assert ca.certificate.der == _der(root)

    @pytest.mark.parametrize(
        ("content", "expected"),
        [
            pytest.param(b"", "holds no certificate; expected PEM", id="empty"),
            pytest.param(b"-----BEGIN PRIVATE KEY-----\n", "holds no certificate", id="a key"),
            pytest.param(b"\x30\x82\x01\x00", "it looks like DER", id="DER"),
            pytest.param(b"\xff\xfe\0", "holds no certificate", id="noise"),
            pytest.param(
                b"-----BEGIN CERTIFICATE-----\nA\n-----END CERTIFICATE-----\n",
                "certificate 1 is broken: it is no base64",
                id="no base64",
            ),
            pytest.param(
                b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
                "certificate 1 is broken: it is no DER SEQUENCE",
                id="no certificate",
            ),
        ],
    )
    def test_what_is_no_file_of_certificates_gets_one_line(self, tmp_path, content, expected):
        """It begins with the file's name and says what was expected."""
        path = tmp_path / "lab.pem"
        path.write_bytes(content)
        with pytest.raises(InputError, match=expected) as raised:
            pem_store(path, "--ca-file")
        assert str(raised.value).startswith(f"{path}: ")
        assert "\n" not in str(raised.value)

    def test_a_broken_certificate_is_told_by_its_place(self, tmp_path, root):
        """In a bundle of hundreds one wants to know which."""
        path = tmp_path / "lab.pem"
        cut = base64.b64encode(_der(root)[:200]).decode()
        path.write_bytes(
            root.cert_pem.bytes()
            + f"-----BEGIN CERTIFICATE-----\n{cut}\n-----END CERTIFICATE-----\n".encode()
        )
        with pytest.raises(InputError, match="certificate 2 is broken: it"):
            pem_store(path, "--ca-file")

    def test_a_key_that_cannot_be_used_is_told(self, tmp_path, root):
        """Nothing could ever verify under it."""
        path = tmp_path / "lab.pem"
        curve, other = bytes.fromhex("2a8648ce3d030107"), bytes.fromhex("2a8648ce3d03017f")
        body = base64.b64encode(_der(root).replace(curve, other)).decode()
        path.write_text(f"-----BEGIN CERTIFICATE-----\n{body}\n-----END CERTIFICATE-----\n")
        with pytest.raises(InputError, match=r"certificate 1 is broken: its key \(EC 1\.2\.840"):
            pem_store(path, "--ca-file")

    @pytest.mark.parametrize("name", ["missing.pem", "."])
    def test_a_file_that_cannot_be_read(self, tmp_path, name):
        """The reason is the system's."""
        with pytest.raises(InputError, match=r"cannot be read \(.+\); expected a file of PEM"):
            pem_store(tmp_path / name, "--os-store")


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="OpenSSL's places are for others")
class TestOpensslStore:
    """What programs on this machine trust."""

    def test_file_and_directories_of_the_environment(self, tmp_path, monkeypatch, root):
        """SSL_CERT_FILE and SSL_CERT_DIR count, and of a directory only hashed names."""
        others = [trustme.CA() for _ in range(3)]
        file, first, second = tmp_path / "one.pem", tmp_path / "first", tmp_path / "second"
        file.write_bytes(root.cert_pem.bytes())
        for folder, name, authority in (
            (first, "0a1b2c3d.0", others[0]),
            (first, "unhashed.pem", others[1]),
            (second, "0a1b2c3d.1", others[2]),
        ):
            folder.mkdir(exist_ok=True)
            (folder / name).write_bytes(authority.cert_pem.bytes())
        (second / "deadbeef.0").symlink_to("nowhere")
        monkeypatch.setenv("SSL_CERT_FILE", str(file))
        monkeypatch.setenv("SSL_CERT_DIR", f"{first}:{second}")
        found = machine_store()
        assert found.reason == ""
        assert found.store is not None
        assert [ca.certificate and ca.certificate.der for ca in found.store.cas] == [
            _der(root),
            _der(others[0]),
            _der(others[2]),
        ]
        assert found.store.complete

    def test_a_broken_entry_costs_only_itself(self, tmp_path, monkeypatch, root):
        """The machine's store is not the caller's fault."""
        broken = b"-----BEGIN CERTIFICATE-----\nA\n-----END CERTIFICATE-----\n"
        (tmp_path / "one.pem").write_bytes(broken + root.cert_pem.bytes())
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "one.pem"))
        monkeypatch.setenv("SSL_CERT_DIR", str(tmp_path / "nowhere"))
        found = machine_store()
        assert found.store is not None
        assert len(found.store.cas) == 1

    def test_no_store_at_all_has_a_reason(self, tmp_path, monkeypatch):
        """Slim containers have none; that is no error."""
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "none.pem"))
        monkeypatch.setenv("SSL_CERT_DIR", str(tmp_path))
        monkeypatch.setattr(trust_stores, "_KNOWN_BUNDLES", (str(tmp_path / "bundle.pem"),))
        found = machine_store()
        assert found.store is None
        assert found.reason == f"{tmp_path / 'none.pem'}, {tmp_path}: no certificate found"

    def test_a_bundle_of_the_distribution_is_found_where_openssl_does_not_look(
        self, tmp_path, monkeypatch, root
    ):
        """Pythons that bring their own OpenSSL look in places that the machine does not have."""
        monkeypatch.setenv("SSL_CERT_FILE", "")
        monkeypatch.setenv("SSL_CERT_DIR", "")
        (tmp_path / "bundle.pem").write_bytes(root.cert_pem.bytes())
        monkeypatch.setattr(trust_stores, "_KNOWN_BUNDLES", (str(tmp_path / "bundle.pem"),))
        found = machine_store()
        assert found.store is not None
        assert found.store.origin == str(tmp_path / "bundle.pem")


class TestOtherPlatforms:
    """What the platforms that these tests may not run on would answer, read as there."""

    def test_windows_entries(self, root):
        """Roots are anchors, CAs are not; what is not for TLS servers is left out."""
        server, mail = "1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.4"
        entries = {
            "ROOT": [(_der(root), "x509_asn", True), (_der(trustme.CA()), "x509_asn", {mail})],
            "CA": [
                (_der(root.create_child_ca()), "x509_asn", {server, mail}),
                (_der(trustme.CA()), "pkcs_7_asn", True),
                (_der(trustme.CA()), "x509_asn", False),
            ],
        }
        found = trust_stores._windows_store(entries.__getitem__)
        assert found.store is not None
        assert [(ca.root, ca.origin) for ca in found.store.cas] == [
            (True, "Windows certificate store ROOT"),
            (False, "Windows certificate store CA"),
        ]
        assert not found.store.complete

    def test_a_windows_store_that_cannot_be_opened(self):
        """It is a reason, not an error."""

        def entries(store: str) -> list[tuple[bytes, str, bool]]:
            raise PermissionError(13, "denied")

        found = trust_stores._windows_store(entries)
        assert found.store is None
        assert "ROOT" in found.reason

    @pytest.mark.skipif(sys.platform == "win32", reason="the stand-in is a shell script")
    def test_keychains(self, tmp_path, monkeypatch, root):
        """The platform's tool prints PEM, one keychain a run."""
        (tmp_path / "one.pem").write_bytes(root.cert_pem.bytes())
        tool = tmp_path / "security"
        tool.write_text(
            f'#!/bin/sh\n[ "$1 $2 $3" = "find-certificate -a -p" ] && cat {tmp_path}/one.pem\n'
        )
        tool.chmod(0o755)
        monkeypatch.setattr(trust_stores, "_SECURITY", str(tool))
        found = trust_stores._keychain_store()
        assert found.store is not None
        assert len(found.store.cas) == 1

    def test_no_keychain_tool(self, tmp_path, monkeypatch):
        """It is a reason, not an error."""
        monkeypatch.setattr(trust_stores, "_SECURITY", str(tmp_path / "security"))
        found = trust_stores._keychain_store()
        assert found.store is None
        assert "SystemRootCertificates" in found.reason
