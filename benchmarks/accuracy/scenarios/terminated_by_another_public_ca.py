"""An intermediary ends the TLS with a public certificate of its own for the name; the owner's CAs
and pins are written down.
"""

from benchmarks.accuracy.peers import Peer
from benchmarks.accuracy.scenario import Label, Scenario
from benchmarks.accuracy.workshop import (
    CLOUD,
    CLOUD_NAMES,
    ISSUING_CA,
    OTHER_ISSUING,
    OTHER_ISSUING_CA,
    Presented,
    owner,
    public_leaf,
    written_down,
)
from fixtures.chains.authority import ec_key

LEAF = public_leaf(CLOUD, names=CLOUD_NAMES, signer=OTHER_ISSUING, key=ec_key("intermediary"))
WRITTEN_DOWN = written_down(CLOUD, ca_keys=[ISSUING_CA], pins=[ISSUING_CA])
INTERMEDIARY = Presented(certificates=(LEAF, OTHER_ISSUING_CA), key=ec_key("intermediary"))

SCENARIO = Scenario(
    label=Label.INTERCEPTION,
    verdict="terminated",
    pinned=True,
    plays=(Peer(presents=INTERMEDIARY, reference=WRITTEN_DOWN, elsewhere=owner()),),
)
