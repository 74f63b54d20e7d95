"""Another virtual host answers, with its own public certificate."""

from benchmarks.accuracy.peers import Peer
from benchmarks.accuracy.scenario import Label, Scenario
from benchmarks.accuracy.workshop import owner

SCENARIO = Scenario(
    label=Label.HONEST,
    verdict="faulty",
    verdict_bare="faulty",
    plays=(Peer(presents=owner("other.example")),),
)
