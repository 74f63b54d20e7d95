"""The key schedule, against what RFC 8448 publishes and what another implementation derives."""

import hashlib

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

from tests.crypto import rfc8448
from tests.server13 import record
from tlsprobe.crypto.key_schedule import handshake_secrets, traffic_key
from tlsprobe.crypto.key_share import X25519, EphemeralKeys, generate
from tlsprobe.crypto.suites import TLS13_SUITES
from tlsprobe.handshake.events import KeyProof, MessageRead
from tlsprobe.handshake.reader import Reader
from tlsprobe.handshake.transcript import Direction
from tlsprobe.wire.messages import Finished

AES_128_GCM_SHA256 = TLS13_SUITES[0x1301]


def test_rfc_8448_secrets():
    """The handshake traffic secrets of the published trace come from its shared secret."""
    hellos = rfc8448.CLIENT_HELLO + rfc8448.SERVER_HELLO
    assert hashlib.sha256(hellos).digest() == rfc8448.HASH_OF_HELLOS
    secrets = handshake_secrets(AES_128_GCM_SHA256, rfc8448.SHARED_SECRET, rfc8448.HASH_OF_HELLOS)
    assert secrets.client == rfc8448.CLIENT_SECRET
    assert secrets.server == rfc8448.SERVER_SECRET


def test_rfc_8448_key():
    """Key and nonce base of the server's records come from its traffic secret."""
    key = traffic_key(AES_128_GCM_SHA256, rfc8448.SERVER_SECRET)
    assert key == (rfc8448.SERVER_KEY, rfc8448.SERVER_IV)


def test_rfc_8448_trace():
    """With the client's published key the reader opens the server's flight and checks its proof."""
    share = generate(X25519, lambda _: rfc8448.CLIENT_PRIVATE_KEY)
    reader = Reader(EphemeralKeys({X25519: share}))
    reader.feed(Direction.CLIENT, record(22, rfc8448.CLIENT_HELLO))
    flight = record(22, rfc8448.SERVER_HELLO) + rfc8448.SERVER_FLIGHT
    events = reader.feed(Direction.SERVER, flight)
    (finished,) = [
        one.message
        for one in events
        if isinstance(one, MessageRead) and isinstance(one.message, Finished)
    ]
    assert finished.verify_data == rfc8448.SERVER_VERIFY_DATA
    assert len(reader.handshake.certificates) == 1
    assert reader.handshake.key_proof is KeyProof.PROVEN
    assert reader.handshake.anomalies == ()


@pytest.mark.parametrize("suite", TLS13_SUITES.values(), ids=lambda one: one.aead.name)
def test_keys_of_every_suite(suite):
    """Key and nonce base are HKDF-Expand-Label as the library computes it (RFC 8446 section 7.1)."""
    digest = {"sha256": hashes.SHA256(), "sha384": hashes.SHA384()}[suite.hash_name]
    secret = bytes(range(digest.digest_size))

    def expand(label, size):
        info = size.to_bytes(2) + bytes([len(label)]) + label + b"\0"
        return HKDFExpand(digest, size, info).derive(secret)

    key, iv = traffic_key(suite, secret)
    assert key == expand(b"tls13 key", suite.aead.key_size)
    assert iv == expand(b"tls13 iv", 12)
