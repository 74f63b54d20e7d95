"""A fleet whose members have leafs of different public CAs; each connection meets another."""

from benchmarks.accuracy.peers import Peer
from benchmarks.accuracy.scenario import Label, Scenario
from benchmarks.accuracy.workshop import (
    CLOUD,
    CLOUD_NAMES,
    OTHER_ISSUING,
    OTHER_ISSUING_CA,
    owner,
    public_leaf,
)

OTHER = owner().but(public_leaf(CLOUD, names=CLOUD_NAMES, signer=OTHER_ISSUING), OTHER_ISSUING_CA)

SCENARIO = Scenario(
    label=Label.HONEST,
    verdict="direct",
    verdict_bare="direct",
    plays=(Peer(presents=owner(), in_turn=(OTHER,), elsewhere=OTHER),),
)
