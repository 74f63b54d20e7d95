"""What was missing, in words."""

import pytest
from msgspec.structs import replace

from tests.evidence import as_captured, captured, chain, observation, unanswered
from tlsprobe.certs.cut_certificate import parse_cut
from tlsprobe.handshake.events import Anomaly, AnomalyKind
from tlsprobe.handshake.summary import Reached
from tlsprobe.handshake.transcript import Direction
from tlsprobe.model.observation import Observation
from tlsprobe.model.shortfall import no_chain, no_proof

GAP = Anomaly(direction=Direction.SERVER, at=0.1, kind=AnomalyKind.GAP, detail="1460 bytes")


def without_chain(**seen: object) -> Observation:
    """A captured session that shows no certificate, and what else it shows."""
    whole = captured("honest", seen={"certificates": (), **seen})
    return replace(whole, chain=(), scts=())


def one_sided(one: Observation) -> Observation:
    """The same from a capture that lacks something."""
    assert one.captured is not None
    return replace(one, captured=replace(one.captured, complete=False))


def test_a_resumed_session() -> None:
    """A resumed session is named as such, whatever else it lacks."""
    assert no_chain(without_chain(resumed=True, sealed=300)) == (
        "a resumed session: no certificate is sent in it"
    )


def test_an_encrypted_certificate() -> None:
    """TLS 1.3 without keys says what would help."""
    words = no_chain(without_chain(sealed=3000))
    assert words.startswith("TLS 1.3: the certificate is encrypted")
    assert "key log" in words


def test_a_leaf_that_loss_has_cut() -> None:
    """What is left of the leaf still says who issued it and for whom."""
    leaf = chain("honest")[0]
    cut = replace(without_chain(certificates_cut=True), cut_leaf=parse_cut(leaf.der[:400]))
    assert no_chain(cut) == (
        f"the leaf, which names {leaf.subject}, was cut by loss in the capture:"
        f" it names {leaf.issuer} as its issuer"
    )
    early = replace(cut, cut_leaf=parse_cut(leaf.der[:12]))
    assert "before its issuer's name" in no_chain(early)
    assert "before its issuer's name" in no_chain(without_chain(certificates_cut=True))


@pytest.mark.parametrize(
    ("seen", "words"),
    [
        ({"server_hello": None, "reached": Reached.NOTHING}, "ends before the server's answer"),
        ({"reached": Reached.SERVER_HELLO}, "ends before the server's certificate"),
        ({"anomalies": (GAP,), "reached": Reached.SERVER_HELLO}, "packets are missing"),
    ],
)
def test_a_capture_that_ends(seen: dict[str, object], words: str) -> None:
    """A capture that stops, or has a hole, says how far it goes."""
    assert words in no_chain(without_chain(**seen))


def test_a_key_exchange_without_a_certificate() -> None:
    """Pre-shared keys and anonymous key exchanges need none, and are named."""
    psk = without_chain(version=0x0303, cipher_suite=0xCCAC, reached=Reached.PROOF)
    words = "no certificate is sent with TLS_ECDHE_PSK_WITH_CHACHA20_POLY1305_SHA256"
    assert no_chain(psk) == words


def test_a_capture_of_one_side() -> None:
    """One direction alone is no fault, and is named."""
    client = without_chain(server_hello=None, reached=Reached.NOTHING)
    assert no_chain(one_sided(client)) == "the capture does not show what the server sent"
    late = without_chain(client_hellos=(), server_hello=None, reached=Reached.NOTHING)
    assert no_chain(one_sided(late)) == "the capture begins in the middle of the session"


def test_a_probe_has_no_such_excuse() -> None:
    """For a probe it is as it was: nothing could be read."""
    assert no_chain(unanswered(None)) == "no certificate chain could be read"


def test_a_proof_that_cannot_be_checked() -> None:
    """Without the client's hello, whose random is signed, the proof cannot be checked."""
    assert "was not seen to prove" in no_proof(observation("honest"))
    assert "does not show the peer prove" in no_proof(as_captured(observation("honest")))
    assert "lacks the client's hello" in no_proof(captured("honest", seen={"client_hellos": ()}))
