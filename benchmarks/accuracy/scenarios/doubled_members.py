"""A server whose bundle holds everything twice."""

from benchmarks.accuracy.peers import Peer
from benchmarks.accuracy.scenario import Label, Scenario
from benchmarks.accuracy.workshop import owner

SERVER = owner()

SCENARIO = Scenario(
    label=Label.HONEST,
    verdict="direct",
    verdict_bare="direct",
    plays=(Peer(presents=SERVER.but(*SERVER.certificates, *SERVER.certificates)),),
)
