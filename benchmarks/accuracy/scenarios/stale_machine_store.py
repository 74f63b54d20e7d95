"""The machine's own store is years old and lacks the root that the owner's CA stands under."""

from benchmarks.accuracy.peers import Peer
from benchmarks.accuracy.scenario import Label, Scenario
from benchmarks.accuracy.workshop import OTHER_ROOT_CA, owner

SCENARIO = Scenario(
    label=Label.HONEST,
    plays=(Peer(presents=owner(), machine=(OTHER_ROOT_CA,)),),
)
