"""Two certificates of the intermediate's key are sent, and the first has expired."""

from benchmarks.accuracy.peers import Peer
from benchmarks.accuracy.scenario import Label, Scenario
from benchmarks.accuracy.workshop import CLOUD, ISSUING, ISSUING_CA, ROOT, owner, public_leaf
from fixtures.chains.authority import ca

OLD = ca(ISSUING.subject, ISSUING.key, ROOT, begin="2021-01-01", end="2026-11-01", note="old")

SCENARIO = Scenario(
    label=Label.HONEST,
    verdict="direct",
    verdict_bare="direct",
    plays=(Peer(presents=owner().but(public_leaf(CLOUD), OLD, ISSUING_CA)),),
)
