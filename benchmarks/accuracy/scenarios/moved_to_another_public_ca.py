"""The owner has moved to another public CA since his CAs were written down, and nobody pinned
anything.
"""

from benchmarks.accuracy.peers import Peer
from benchmarks.accuracy.scenario import Label, Scenario
from benchmarks.accuracy.workshop import (
    CLOUD,
    CLOUD_NAMES,
    ISSUING_CA,
    OTHER_ISSUING,
    OTHER_ISSUING_CA,
    owner,
    public_leaf,
    written_down,
)

LEAF = public_leaf(CLOUD, names=CLOUD_NAMES, signer=OTHER_ISSUING)
WRITTEN_DOWN = written_down(CLOUD, ca_keys=[ISSUING_CA])

SCENARIO = Scenario(
    label=Label.HONEST,
    verdict_bare="direct",
    plays=(Peer(presents=owner().but(LEAF, OTHER_ISSUING_CA), reference=WRITTEN_DOWN),),
)
