"""The check `protocol-rules-broken`."""

import os

from msgspec.structs import replace

from tests.checks.outcomes import finding, said, silent
from tests.evidence import TAKEN, captured, observation, reference, unanswered
from tests.server13 import extension
from tlsprobe.handshake.events import Anomaly, AnomalyKind
from tlsprobe.handshake.reader import Reader
from tlsprobe.handshake.transcript import Direction
from tlsprobe.hello import templates
from tlsprobe.model.finding import Leaning, Weight
from tlsprobe.model.observation import SourceKind, Target
from tlsprobe.observe import observe


def test_finding(look):
    """A rule of TLS that the server broke is a hint, and told in words."""
    seen = observation("honest", encrypted_extensions=extension(16, b"\0\1"))
    result = look(seen, reference())
    assert said(result) == (Leaning.INTERCEPTION, Weight.HINT)
    assert finding(result).facts["anomalies"][0].startswith("malformed-message: ALPN")


def test_without_a_chain(look):
    """It needs no chain: a box may break off before, and still show what it is."""
    reader = Reader()
    hello = templates.load("probe").stamp(server_name=None, entropy=os.urandom)
    reader.feed(Direction.CLIENT, hello.record)
    reader.feed(Direction.SERVER, bytes.fromhex("16030300040e000000"))
    seen = observe(
        reader.handshake,
        target=Target(host="h.example"),
        source=SourceKind.PROBE,
        profile="probe",
        taken=TAKEN,
    )
    assert "unexpected-message" in finding(look(seen, reference())).facts["anomalies"][0]


def test_silence(look):
    """A handshake by the rules says nothing, and neither does none."""
    assert silent(look(observation("honest"), reference()))
    assert silent(look(observation("minted"), reference()))
    assert silent(look(unanswered(), reference()))


def test_what_a_capture_has_lost(look):
    """Bytes that nobody saw, and what cannot be read without them, break no rule."""
    lost = Anomaly(direction=Direction.SERVER, at=0.0, kind=AnomalyKind.GAP, detail="1460 bytes")
    odd = replace(lost, kind=AnomalyKind.UNEXPECTED_MESSAGE, detail="Finished")
    assert silent(look(captured("honest", seen={"anomalies": (lost, odd)}), reference()))
    assert not silent(look(captured("honest", seen={"anomalies": (odd,)}), reference()))


def test_our_own_side_does_not_count(look):
    """What the client's bytes break says nothing of the peer."""
    seen = observation("honest")
    ours = Anomaly(
        direction=Direction.CLIENT, at=0.0, kind=AnomalyKind.MALFORMED_MESSAGE, detail="ours"
    )
    seen = replace(seen, handshake=replace(seen.handshake, anomalies=(ours,)))
    assert silent(look(seen, reference()))
