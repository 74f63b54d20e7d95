"""The check `constraint-broken`."""

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID

from fixtures.chains.authority import Issuer, ca, certificate, ec_key, leaf, name
from fixtures.chains.cast import HOST, INTERMEDIATE, SERVER_KEY, SERVER_NAME
from tests.checks.outcomes import finding, lacked, said, silent
from tests.evidence import chain, every_chain, observation, reference, store, store_of, unanswered
from tlsprobe.certs.certificate import parse
from tlsprobe.certs.trust import TrustStore
from tlsprobe.model.finding import Leaning, Weight


def shown(one):
    """A certificate as it is presented."""
    return parse(one.public_bytes(Encoding.DER))


def test_finding(look):
    """A CA that signed below its permitted depth is a fault of a chain that is public by key."""
    result = look(observation("path-too-long"), reference())
    assert said(result) == (Leaning.FAULT, Weight.STRONG)
    assert finding(result).facts["breaks"] == "path-length"


@pytest.mark.parametrize(
    "usage", [ExtendedKeyUsageOID.CLIENT_AUTH, ExtendedKeyUsageOID.OCSP_SIGNING]
)
def test_a_leaf_that_is_not_for_servers(usage, look):
    """A public certificate that was issued for something else does not make a server's."""
    of_a_client = certificate(
        SERVER_NAME, SERVER_KEY, INTERMEDIATE, begin="2026-10-01", end="2027-01-01",
        extensions=((x509.SubjectAlternativeName([x509.DNSName(HOST)]), False),
                    (x509.ExtendedKeyUsage([usage]), False)),
    )  # fmt: skip
    presented = (shown(of_a_client), *chain("honest")[1:])
    result = look(observation(presented), reference())
    assert said(result) == (Leaning.FAULT, Weight.STRONG)
    assert finding(result).facts["breaks"] == "not-for-servers"


def test_a_known_key_that_is_no_ca(look):
    """A key that the store knows is followed, and told where its certificate makes it no CA."""
    server = Issuer(subject=name("Known Server", "Test"), key=ec_key("known server"))
    known = shown(leaf("known.example", server.key, INTERMEDIATE))
    below = shown(leaf(HOST, SERVER_KEY, Issuer(subject=x509.Name([x509.NameAttribute(
        x509.NameOID.COMMON_NAME, "known.example")]), key=server.key)))  # fmt: skip
    public = TrustStore.merge(store("public"), store_of((known,)))
    presented = (below, known, *chain("honest")[1:])
    result = look(observation(presented), reference(public=public))
    assert {"not-a-ca", "no-cert-sign"} < {one.facts["breaks"] for one in result.findings}


@pytest.mark.parametrize("one", [each for each in every_chain() if each != "path-too-long"])
def test_silence(one, look):
    """No other chain at hand breaks a constraint on its way to a public key."""
    assert silent(look(observation(one), reference(public="public-with-intermediates")))


def test_private_chains_are_left_to_others(look):
    """What a private CA forbids is its owner's matter."""
    root = Issuer(subject=name("Strict Root", "Test"), key=ec_key("strict"))
    below = Issuer(subject=name("Deep CA", "Test"), key=ec_key("deep"))
    presented = (
        shown(leaf(HOST, SERVER_KEY, below)),
        shown(ca(below.subject, below.key, root)),
        shown(ca(root.subject, root.key, path_length=0)),
    )
    assert silent(look(observation(presented), reference()))


def test_not_applicable(look):
    """Without a chain nothing is forbidden."""
    assert lacked(look(unanswered(), reference())) == "a certificate chain"
