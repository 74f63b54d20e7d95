"""The same, sending the leaf alone: only the timestamps, which are of another certificate, tell it
from a server that forgets its intermediate.
"""

from benchmarks.accuracy.peers import Peer
from benchmarks.accuracy.scenario import Label, Scenario
from benchmarks.accuracy.workshop import Presented, forged, issuer, owner
from fixtures.chains.authority import ec_key

ABOVE = issuer("Bench Public Root R1", "Bench Trust Services", key=ec_key("copied root"))
COPIED = issuer("Bench Public TLS CA 01", "Bench Trust Services", key=ec_key("copied CA"))
KEY = ec_key("forger's leaf")
LEAF = forged(owner().certificates[0], KEY, COPIED)

SCENARIO = Scenario(
    label=Label.INTERCEPTION,
    verdict="inspected",
    plays=(Peer(presents=lambda _: Presented(certificates=(LEAF,), key=KEY)),),
)
