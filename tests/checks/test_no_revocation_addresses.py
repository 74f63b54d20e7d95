"""The check `no-revocation-addresses`."""

from cryptography import x509
from msgspec.structs import replace

from fixtures.chains.authority import leaf
from fixtures.chains.cast import HOST, MINTED_KEY, MINTER
from tests.checks.outcomes import lacked, said, silent
from tests.evidence import observation, reference
from tests.looked_up import looked_up
from tests.revoking import addresses, ours
from tlsprobe.model.finding import Leaning, Weight

HELD = reference()


def minted(*extensions, **dates):
    """A leaf of the interceptor's."""
    made = leaf(HOST, MINTED_KEY, MINTER, extensions=extensions, **dates)
    return replace(observation((ours(made),)), revocation=())


def test_finding(look):
    """What is minted names no place, as a rule; small private CAs do not either."""
    for seen in (looked_up("self-signed"), minted()):
        assert said(look(seen, HELD)) == (Leaning.INTERCEPTION, Weight.HINT)


def test_silence(look):
    """A place to ask, a short life, the word that none is needed, or a public CA."""
    needs_none = x509.UnrecognizedExtension(x509.ObjectIdentifier("2.5.29.56"), b"\5\0")
    for seen in (
        minted(*addresses(ocsp_at=("http://a/",))),
        minted(*addresses(lists_at=("ldap:///a",))),
        minted(begin="2026-11-20", end="2026-11-27"),
        minted((needs_none, False)),
        looked_up("honest"),
    ):
        assert silent(look(seen, HELD))


def test_not_applicable(look):
    """Nobody may have asked."""
    assert "--revocation" in lacked(look(observation("minted"), HELD))
