"""A public leaf that nobody renewed."""

from benchmarks.accuracy.peers import Peer
from benchmarks.accuracy.scenario import Label, Scenario
from benchmarks.accuracy.workshop import CLOUD, ISSUING_CA, owner, public_leaf

LEAF = public_leaf(CLOUD, begin="2026-06-01", end="2026-09-01")

SCENARIO = Scenario(
    label=Label.HONEST,
    verdict="faulty",
    verdict_bare="faulty",
    plays=(Peer(presents=owner().but(LEAF, ISSUING_CA)),),
)
