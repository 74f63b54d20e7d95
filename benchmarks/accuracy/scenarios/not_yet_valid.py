"""A public leaf that was installed a day too early."""

from benchmarks.accuracy.peers import Peer
from benchmarks.accuracy.scenario import Label, Scenario
from benchmarks.accuracy.workshop import CLOUD, ISSUING_CA, ahead, owner, public_leaf

LEAF = public_leaf(CLOUD, begin=ahead(days=1), end=ahead(days=90))

SCENARIO = Scenario(
    label=Label.HONEST,
    verdict="faulty",
    plays=(Peer(presents=owner().but(LEAF, ISSUING_CA)),),
)
