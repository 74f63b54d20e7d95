"""The owner has moved to a newer key of his own CA, and the pins are of before."""

from benchmarks.accuracy.peers import Peer
from benchmarks.accuracy.scenario import Label, Scenario
from benchmarks.accuracy.workshop import (
    CLOUD,
    ISSUING_CA,
    issuer,
    owner,
    root_of,
    written_down,
)

RETIRED = root_of(issuer("Bench Public TLS CA 00", "Bench Trust Services"))
PINNED = written_down(CLOUD, ca_keys=[ISSUING_CA, RETIRED], pins=[RETIRED])

SCENARIO = Scenario(
    label=Label.HONEST,
    verdict="pin-broken",
    verdict_bare="direct",
    pinned=True,
    plays=(Peer(presents=owner(), reference=PINNED),),
)
