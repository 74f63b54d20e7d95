"""A public leaf for a wildcard alone."""

from benchmarks.accuracy.peers import Peer
from benchmarks.accuracy.scenario import Label, Scenario
from benchmarks.accuracy.workshop import ISSUING_CA, Presented, public_leaf
from fixtures.chains.authority import ec_key

LEAF = public_leaf("eu.login.microsoftonline.com", names=("*.login.microsoftonline.com",))
SERVER = Presented(
    certificates=(LEAF, ISSUING_CA), key=ec_key("server eu.login.microsoftonline.com")
)

SCENARIO = Scenario(
    label=Label.HONEST,
    verdict="direct",
    plays=(Peer(presents=SERVER, host="eu.login.microsoftonline.com"),),
)
