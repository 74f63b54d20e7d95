"""A leaf of six days that an automatic CA issued three minutes ago."""

from benchmarks.accuracy.peers import Peer
from benchmarks.accuracy.scenario import Label, Scenario
from benchmarks.accuracy.workshop import ISSUING_CA, STRANGER, ago, ahead, owner, public_leaf

LEAF = public_leaf(STRANGER, begin=ago(minutes=3), end=ahead(days=6))

SCENARIO = Scenario(
    label=Label.HONEST,
    verdict="direct",
    verdict_bare="direct",
    plays=(Peer(presents=owner(STRANGER).but(LEAF, ISSUING_CA), host=STRANGER),),
)
