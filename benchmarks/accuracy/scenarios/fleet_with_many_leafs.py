"""A fleet that renews member by member: the same CA, another leaf and key at each."""

from benchmarks.accuracy.peers import Peer
from benchmarks.accuracy.scenario import Label, Scenario
from benchmarks.accuracy.workshop import (
    CLOUD,
    CLOUD_NAMES,
    ISSUING_CA,
    Presented,
    owner,
    public_leaf,
)
from fixtures.chains.authority import ec_key

KEY = ec_key("another member")
OTHER = Presented(
    certificates=(
        public_leaf(CLOUD, names=CLOUD_NAMES, key=KEY, begin="2026-11-01", end="2027-02-01"),
        ISSUING_CA,
    ),
    key=KEY,
)

SCENARIO = Scenario(
    label=Label.HONEST,
    verdict="direct",
    verdict_bare="direct",
    plays=(Peer(presents=owner(), in_turn=(OTHER,), elsewhere=OTHER),),
)
