"""A server that sends the root before the intermediate."""

from benchmarks.accuracy.peers import Peer
from benchmarks.accuracy.scenario import Label, Scenario
from benchmarks.accuracy.workshop import ISSUING_CA, ROOT_CA, owner

SERVER = owner()

SCENARIO = Scenario(
    label=Label.HONEST,
    verdict="direct",
    verdict_bare="direct",
    plays=(Peer(presents=SERVER.but(SERVER.certificates[0], ROOT_CA, ISSUING_CA)),),
)
