"""A fleet of which one member, with a leaf of its own, forgets the intermediate."""

from benchmarks.accuracy.peers import Peer
from benchmarks.accuracy.scenario import Label, Scenario
from benchmarks.accuracy.workshop import CLOUD, CLOUD_NAMES, Presented, owner, public_leaf
from fixtures.chains.authority import ec_key

KEY = ec_key("careless member")
CARELESS = Presented(
    certificates=(
        public_leaf(CLOUD, names=CLOUD_NAMES, key=KEY, begin="2026-11-01", end="2027-02-01"),
    ),
    key=KEY,
)

SCENARIO = Scenario(
    label=Label.HONEST,
    plays=(
        Peer(presents=owner(), in_turn=(CARELESS,), elsewhere=owner(), variant="seen second"),
        Peer(presents=CARELESS, in_turn=(owner(),), elsewhere=owner(), variant="seen first"),
    ),
)
