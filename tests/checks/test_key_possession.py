"""The check `key-possession`."""

import pytest
import trustme
from OpenSSL import SSL

from tests.checks.outcomes import finding, lacked, said, silent
from tests.evidence import (
    TAKEN,
    captured,
    observation,
    reference,
    second_opinion,
    unanswered,
)
from tests.peers import HOST, client_context, converse, identity, server_context
from tlsprobe.crypto.keys import KeyLog, NoKeys
from tlsprobe.handshake.events import KeyProof
from tlsprobe.handshake.reader import read
from tlsprobe.handshake.summary import AlertSeen
from tlsprobe.handshake.transcript import Direction
from tlsprobe.model.finding import Leaning, Weight
from tlsprobe.model.observation import Opinion, SourceKind, Target
from tlsprobe.observe import observe
from tlsprobe.wire.alerts import Alert


def test_proven(look):
    """A signature that verifies speaks for the origin, and is no more than a hint: boxes sign too."""
    assert said(look(observation("honest"), reference())) == (Leaning.ORIGIN, Weight.HINT)
    assert said(look(observation("minted"), reference())) == (Leaning.ORIGIN, Weight.HINT)


def test_failed(look):
    """Who shows a certificate whose key he does not hold is caught."""
    result = look(observation("honest", break_proof=True), reference())
    assert said(result) == (Leaning.INTERCEPTION, Weight.PROOF)


def test_the_keys_of_others(look):
    """A leaf with a public CA's own key in it is shown by somebody who cannot sign with it."""
    seen = observation("public-key-of-the-root")
    assert seen.handshake.key_proof is not KeyProof.PROVEN
    assert look(seen, reference()).findings == ()


def test_an_unreadable_leaf(look):
    """Where the leaf has no key that could be read, nothing is proven and nothing failed."""
    seen = observation("no-certificate")
    assert seen.handshake.key_proof is KeyProof.UNREADABLE
    assert silent(look(seen, reference()))


@pytest.fixture(scope="module")
def unsigned():
    """A probe and a second opinion of a server whose key exchange signs nothing (RSA)."""
    rsa = identity(trustme.CA(), HOST, key_type="RSA")
    log = KeyLog()
    only = (SSL.TLS1_2_VERSION, SSL.TLS1_2_VERSION)
    server = server_context(rsa, versions=only, ciphers="AES128-GCM-SHA256:@SECLEVEL=0")
    seen = read(converse(client_context(log, versions=only), server), log)
    assert seen.key_proof is KeyProof.NOT_SEEN

    def observed(opinion):
        return observe(
            seen,
            target=Target(host=HOST),
            source=SourceKind.PROBE if opinion is None else SourceKind.SECOND_OPINION,
            profile="test",
            taken=TAKEN,
            opinion=opinion,
        )

    def opinion(*, completed):
        return Opinion(
            library="OpenSSL",
            completed=completed,
            chain_sha256=(),
            public_error=None,
            machine_error=None,
        )

    return (
        observed(None),
        observed(opinion(completed=True)),
        observed(opinion(completed=False)),
    )


def test_a_finished_handshake_shows_the_same(look, unsigned):
    """Without a signature, a handshake that a library finished shows who holds the key."""
    probe, finished, _ = unsigned
    result = look(probe, reference(controls=[finished]))
    assert said(result) == (Leaning.ORIGIN, Weight.HINT)
    assert "OpenSSL finished" in finding(result).summary


def test_silence(look, unsigned):
    """Nothing is shown by a handshake that broke off, or that was shown another leaf, or by none."""
    probe, _, broken_off = unsigned
    assert silent(look(probe, reference()))
    assert silent(look(probe, reference(controls=[broken_off])))
    assert silent(look(probe, reference(controls=[second_opinion("honest")])))


@pytest.mark.parametrize("proof", [KeyProof.NOT_SEEN, KeyProof.UNREADABLE])
def test_a_server_that_went_on_to_its_finished(look, proof):
    """In a capture a server that sends its sealed Finished could read what was sealed for it."""
    finished = captured("honest", seen={"key_proof": proof, "finished": True})
    assert said(look(finished, reference())) == (Leaning.ORIGIN, Weight.HINT)
    assert silent(look(captured("honest", seen={"key_proof": proof}), reference()))


def test_a_failed_proof_in_a_capture(look):
    """A bit that was lost on the way into the file must accuse nobody: the client would have refused."""
    failed = {"key_proof": KeyProof.FAILED, "finished": True}
    assert said(look(captured("honest", seen=failed), reference())) == (
        Leaning.INTERCEPTION,
        Weight.HINT,
    )
    refused = (AlertSeen(Direction.CLIENT, Alert(2, 51)),)
    assert said(look(captured("honest", seen={**failed, "alerts": refused}), reference())) == (
        Leaning.INTERCEPTION,
        Weight.PROOF,
    )


@pytest.mark.parametrize("versions", [SSL.TLS1_2_VERSION, SSL.TLS1_1_VERSION])
def test_what_a_whole_handshake_without_a_signature_shows(versions):
    """A recorded handshake with RSA key exchange is read as one that the server finished."""
    rsa = identity(trustme.CA(), HOST, key_type="RSA")
    only = (versions, versions)
    server = server_context(rsa, versions=only, ciphers="AES128-SHA:@SECLEVEL=0")
    client = client_context(KeyLog(), versions=only)
    seen = read(converse(client, server), NoKeys())
    assert seen.key_proof is KeyProof.NOT_SEEN
    assert seen.finished
    assert not seen.resumed


def test_not_applicable(look):
    """Without a chain there is no key to hold."""
    assert lacked(look(unanswered(), reference())) == "a certificate chain"
