"""A root that programmes took up after every list here was made signs for a name that nobody has
written down.
"""

from benchmarks.accuracy.peers import Peer
from benchmarks.accuracy.scenario import Label, Scenario
from benchmarks.accuracy.workshop import STRANGER, issuer, owner, public_leaf, root_of

NEW = issuer("Tomorrow Global Root G1", "Tomorrow Trust")
LEAF = public_leaf(STRANGER, signer=NEW)

SCENARIO = Scenario(
    label=Label.HONEST,
    plays=(Peer(presents=owner(STRANGER).but(LEAF, root_of(NEW)), host=STRANGER),),
)
