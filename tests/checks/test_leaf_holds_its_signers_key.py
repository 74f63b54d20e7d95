"""The check `leaf-holds-its-signers-key`."""

from datetime import timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from msgspec.structs import replace

from fixtures.chains.authority import Issuer, name
from fixtures.chains.cast import HOST, MINTED_KEY
from tests.checks.outcomes import finding, lacked, said, silent
from tests.evidence import (
    TAKEN,
    every_chain,
    expectation,
    key_of,
    observation,
    reference,
    unanswered,
)
from tlsprobe.certs.certificate import parse
from tlsprobe.certs.pins import spki_pin
from tlsprobe.model.finding import Leaning, Weight
from tlsprobe.model.reference import Issuance

ONE_KEY = ("minted-with-one-key", "minted-with-one-key-leaf-only")


@pytest.mark.parametrize("shown", ONE_KEY)
def test_finding(shown, look):
    """A leaf under its signer's key is proof where public CAs sign for the name."""
    result = look(observation(shown), reference(expectation()))
    assert said(result) == (Leaning.INTERCEPTION, Weight.PROOF)
    assert finding(result).facts["key"] == spki_pin(key_of(ONE_KEY[0], 1))


@pytest.mark.parametrize("known", [[], [expectation(issuance=Issuance.PRIVATE)]])
def test_of_an_unknown_name(known, look):
    """Of a name that no public CA is known to serve it is strong: somebody may be careless."""
    result = look(observation(ONE_KEY[0]), reference(*known))
    assert said(result) == (Leaning.INTERCEPTION, Weight.STRONG)


def own_key(host=HOST, *, days, shuffled=False):
    """A leaf under its signer's key, as squid writes it or in another order."""
    signer = Issuer(subject=name("Contoso Inspection", "Contoso"), key=MINTED_KEY)
    begin = TAKEN - timedelta(hours=1)
    parts = [
        x509.SubjectAlternativeName([x509.DNSName(host)]),
        x509.BasicConstraints(ca=False, path_length=None),
        x509.AuthorityKeyIdentifier.from_issuer_public_key(MINTED_KEY.public_key()),
    ]
    builder = (
        x509.CertificateBuilder()
        .subject_name(name(host, "Cloud"))
        .issuer_name(signer.subject)
        .public_key(MINTED_KEY.public_key())
        .serial_number(4711)
        .not_valid_before(begin)
        .not_valid_after(begin + timedelta(days=days))
    )
    for part in reversed(parts) if shuffled else parts:
        builder = builder.add_extension(part, critical=False)
    signed = builder.sign(MINTED_KEY, hashes.SHA256(), ecdsa_deterministic=True)
    return (parse(signed.public_bytes(Encoding.DER)),)


@pytest.mark.parametrize(
    ("leaf", "host", "weight"),
    [
        (own_key(days=800), HOST, Weight.PROOF),
        (own_key(days=800, shuffled=True), HOST, Weight.STRONG),
        (own_key("login.contoso.com", days=5, shuffled=True), "login.contoso.com", Weight.PROOF),
        (own_key("login.corp", days=5, shuffled=True), "login.corp", Weight.STRONG),
        (own_key("other.contoso.com", days=5, shuffled=True), "login.contoso.com", Weight.STRONG),
    ],
)
def test_who_mints_for_others(leaf, host, weight, look):
    """Of an unknown name it is proof in a minting program's hand, or for days and a public name."""
    seen = observation(leaf, host=host)
    seen = replace(seen, target=replace(seen.target, address="20.190.160.1"))
    assert said(look(seen, reference())) == (Leaning.INTERCEPTION, weight)


@pytest.mark.parametrize("shown", every_chain())
def test_every_chain(shown, look):
    """Of all chains at hand only these two have one key for both; a self-signed leaf is no case."""
    assert silent(look(observation(shown), reference())) == (shown not in ONE_KEY)


def test_not_applicable(look):
    """Without a chain there is nothing to look at."""
    assert "chain" in lacked(look(unanswered(), reference()))
