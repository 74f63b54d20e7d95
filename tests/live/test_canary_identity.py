"""The key and certificate of a canary."""

import pytest
import trustme
from cryptography.hazmat.primitives.asymmetric import x25519
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
)

from tests.live.loopback import now
from tlsprobe.certs.names import covers
from tlsprobe.errors import InputError
from tlsprobe.live.canary_identity import Identity


def test_new():
    """A certificate made anew covers its names and addresses, and its key is another each time."""
    names = ["canary.example", "192.0.2.7", "2001:db8::7", "x" * 63 + ".example"]
    one, other = (Identity.new(names, now=now()).leaf for _ in range(2))
    assert all(covers(one, name) for name in names)
    assert not covers(one, "other.example")
    assert one.spki_sha256 != other.spki_sha256
    assert one.valid_at(now())


def test_own(authority, tmp_path):
    """A chain and key of the caller's are presented as they stand in their files."""
    issued = authority.create_child_ca().issue_cert("canary.example")
    chain, key = tmp_path / "chain.pem", tmp_path / "key.pem"
    chain.write_bytes(b"".join(one.bytes() for one in issued.cert_chain_pems))
    issued.private_key_pem.write_to_path(key)
    identity = Identity.load(key=key, certificates=chain)
    assert covers(identity.leaf, "canary.example")
    assert len(identity.chain) == 2


@pytest.fixture
def files(tmp_path):
    """Files that are what they should be, and some that are not."""
    issued, other = (trustme.CA().issue_cert("canary.example") for _ in range(2))
    issued.cert_chain_pems[0].write_to_path(tmp_path / "chain")
    issued.private_key_pem.write_to_path(tmp_path / "key")
    other.private_key_pem.write_to_path(tmp_path / "other-key")
    (tmp_path / "text").write_text("nothing")
    (tmp_path / "empty").write_text("")
    private = x25519.X25519PrivateKey.generate()
    for name, cipher in (("locked", BestAvailableEncryption(b"x")), ("x25519", NoEncryption())):
        pem = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, cipher)
        (tmp_path / name).write_bytes(pem)
    return tmp_path


@pytest.mark.parametrize(
    ("key", "chain", "named", "said"),
    [
        ("key", "missing", "missing", "No such file"),
        ("missing", "chain", "missing", "No such file"),
        ("key", "text", "text", "certificates in PEM"),
        ("key", "empty", "empty", "certificates in PEM"),
        ("key", "key", "key", "certificates in PEM"),
        ("text", "chain", "text", "private key in PEM"),
        ("chain", "chain", "chain", "private key in PEM"),
        ("locked", "chain", "locked", "encrypted"),
        ("x25519", "chain", "x25519", "RSA, ECDSA or EdDSA"),
        ("other-key", "chain", "other-key", "is not the key of the first certificate"),
    ],
)
def test_what_cannot_be_used(files, key, chain, named, said):
    """A file that is not what it should be is named, with what was expected."""
    with pytest.raises(InputError, match=said) as caught:
        Identity.load(key=files / key, certificates=files / chain)
    assert caught.value.source == str(files / named)
