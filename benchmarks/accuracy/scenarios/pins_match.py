"""The pinned intermediate stands in the chain."""

from benchmarks.accuracy.peers import Peer
from benchmarks.accuracy.scenario import Label, Scenario
from benchmarks.accuracy.workshop import CLOUD, ISSUING_CA, owner, pin

SCENARIO = Scenario(
    label=Label.HONEST,
    verdict="direct",
    verdict_bare="direct",
    pinned=True,
    plays=(Peer(presents=owner(), pins=(f"{CLOUD}={pin(ISSUING_CA)}",)),),
)
