"""A server that goes on sending an intermediate of yesterday; the key has a newer certificate,
which it does not send.
"""

from benchmarks.accuracy.peers import Peer
from benchmarks.accuracy.scenario import Label, Scenario
from benchmarks.accuracy.workshop import CLOUD, ISSUING, ROOT, owner, public_leaf
from fixtures.chains.authority import ca

OLD = ca(ISSUING.subject, ISSUING.key, ROOT, begin="2021-01-01", end="2026-11-01", note="old")

SCENARIO = Scenario(
    label=Label.HONEST,
    plays=(Peer(presents=owner().but(public_leaf(CLOUD), OLD)),),
)
