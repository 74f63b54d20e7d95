"""A filter that swallows the hello."""

from benchmarks.accuracy.peers import SILENT, Peer
from benchmarks.accuracy.scenario import Label, Scenario
from benchmarks.accuracy.workshop import owner

SCENARIO = Scenario(
    label=Label.HONEST,
    verdict="blocked",
    verdict_bare="blocked",
    plays=(Peer(presents=owner(), instead=SILENT),),
)
