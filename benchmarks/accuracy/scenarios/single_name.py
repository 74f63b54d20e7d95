"""A public leaf for exactly the name that was asked for."""

from benchmarks.accuracy.peers import Peer
from benchmarks.accuracy.scenario import Label, Scenario
from benchmarks.accuracy.workshop import CLOUD, owner

SCENARIO = Scenario(
    label=Label.HONEST,
    verdict="direct",
    verdict_bare="direct",
    plays=(Peer(presents=owner(CLOUD, names=(CLOUD,))),),
)
