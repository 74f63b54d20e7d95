"""An old server whose public leaf has its name in the subject alone."""

from benchmarks.accuracy.peers import Peer
from benchmarks.accuracy.scenario import Label, Scenario
from benchmarks.accuracy.workshop import CLOUD, ISSUING_CA, owner, public_leaf

LEAF = public_leaf(CLOUD, names=(), note="old style")

SCENARIO = Scenario(
    label=Label.HONEST,
    plays=(Peer(presents=owner().but(LEAF, ISSUING_CA)),),
)
