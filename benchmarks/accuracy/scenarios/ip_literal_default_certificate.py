"""A front that is asked for by its address, and presents its default certificate for a name."""

from benchmarks.accuracy.peers import Peer
from benchmarks.accuracy.scenario import Label, Scenario
from benchmarks.accuracy.workshop import owner

SCENARIO = Scenario(
    label=Label.HONEST,
    plays=(Peer(presents=owner("front.example"), host="127.0.0.1"),),
)
