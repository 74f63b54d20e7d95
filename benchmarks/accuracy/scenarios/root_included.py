"""A server that sends the root as well: needless, not wrong."""

from benchmarks.accuracy.peers import Peer
from benchmarks.accuracy.scenario import Label, Scenario
from benchmarks.accuracy.workshop import ROOT_CA, owner

SERVER = owner()

SCENARIO = Scenario(
    label=Label.HONEST,
    verdict="direct",
    verdict_bare="direct",
    plays=(Peer(presents=SERVER.but(*SERVER.certificates, ROOT_CA)),),
)
