"""A filter that resets the connection at the hello."""

from benchmarks.accuracy.peers import RESETTING, Peer
from benchmarks.accuracy.scenario import Label, Scenario
from benchmarks.accuracy.workshop import owner

SCENARIO = Scenario(
    label=Label.HONEST,
    verdict="blocked",
    verdict_bare="blocked",
    plays=(Peer(presents=owner(), instead=RESETTING),),
)
