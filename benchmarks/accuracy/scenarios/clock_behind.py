"""The asker's own clock is two years slow."""

from datetime import timedelta

from benchmarks.accuracy.peers import Peer
from benchmarks.accuracy.scenario import Label, Scenario
from benchmarks.accuracy.workshop import owner

SCENARIO = Scenario(
    label=Label.HONEST,
    plays=(Peer(presents=owner(), clock_off=timedelta(days=-730)),),
)
