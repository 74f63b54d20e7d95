"""Where secrets come from when no private key is at hand."""

from tlsprobe.crypto.keys import KeyLog, NoKeys

RANDOM, LABEL = bytes(32), "SERVER_HANDSHAKE_TRAFFIC_SECRET"


def test_a_key_log():
    """A secret is found by its connection and label, and by nothing else."""
    log = KeyLog()
    log.add(RANDOM, LABEL, b"secret")
    assert log.logged_secret(RANDOM, LABEL) == b"secret"
    assert log.logged_secret(RANDOM, "CLIENT_HANDSHAKE_TRAFFIC_SECRET") is None
    assert log.logged_secret(b"\1" * 32, LABEL) is None
    assert log.shared_secret(0x1D, bytes(32)) is None


def test_no_keys():
    """Nothing is known where nothing was given."""
    assert NoKeys().logged_secret(RANDOM, LABEL) is None
    assert NoKeys().shared_secret(0x1D, bytes(32)) is None
