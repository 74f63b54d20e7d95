"""A captive portal answers the hello with a redirect in plain HTTP."""

from benchmarks.accuracy.peers import PLAIN_HTTP, Peer
from benchmarks.accuracy.scenario import Label, Scenario
from benchmarks.accuracy.workshop import owner

SCENARIO = Scenario(
    label=Label.HONEST,
    verdict="blocked",
    verdict_bare="blocked",
    plays=(Peer(presents=owner(), instead=PLAIN_HTTP),),
)
