"""A server that forgets its intermediate: clients without a cache of their own refuse it."""

from benchmarks.accuracy.peers import Peer
from benchmarks.accuracy.scenario import Label, Scenario
from benchmarks.accuracy.workshop import owner

SERVER = owner()

SCENARIO = Scenario(
    label=Label.HONEST,
    verdict="faulty",
    plays=(Peer(presents=SERVER.but(SERVER.certificates[0])),),
)
