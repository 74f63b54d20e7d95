"""The demo's own CA makes certificates that a strict verifier takes."""

from datetime import UTC, datetime, timedelta
from hashlib import sha256

from cryptography.x509 import DNSName
from cryptography.x509.verification import PolicyBuilder, Store

from tlsprobe.demo.authority import Mint

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


def mint():
    """A mint whose entropy is the same each time."""
    count = iter(range(1000))
    return Mint(NOW, lambda size: sha256(next(count).to_bytes(2)).digest()[:size])


def test_a_chain_that_verifies():
    """A leaf below an intermediate below a root verifies for its name, now and in a month."""
    one = mint()
    root = one.root("Root", "Test")
    above = one.intermediate(root, "Issuing CA", "Test")
    leaf = one.leaf(above, "login.example")
    for moment in (NOW, NOW + timedelta(days=30)):
        verifier = (
            PolicyBuilder()
            .store(Store([root.certificate]))
            .time(moment)
            .build_server_verifier(DNSName("login.example"))
        )
        chain = verifier.verify(leaf.certificate, [above.certificate])
        assert [each.subject for each in chain] == [
            one.certificate.subject for one in (leaf, above, root)
        ]


def test_each_is_made_anew():
    """No two certificates of a mint share a key or a serial number."""
    one = mint()
    root = one.root("Root", "Test")
    made = [root, one.root("Root", "Test"), *[one.leaf(root, "a.example") for _ in range(5)]]
    assert len({each.facts.spki_sha256 for each in made}) == len(made)
    assert len({each.certificate.serial_number for each in made}) == len(made)
