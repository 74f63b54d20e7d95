"""The owner's server, asked by every hello that can be sent."""

from benchmarks.accuracy.peers import Peer
from benchmarks.accuracy.scenario import Label, Scenario
from benchmarks.accuracy.workshop import owner
from tlsprobe.hello import templates

SCENARIO = Scenario(
    label=Label.HONEST,
    verdict="direct",
    verdict_bare="direct",
    plays=tuple(Peer(presents=owner(), hello=hello, variant=hello) for hello in templates.names()),
)
