"""The API of a container cluster, under the cluster's own CA."""

from benchmarks.accuracy.peers import Peer
from benchmarks.accuracy.scenario import Label, Scenario
from benchmarks.accuracy.workshop import issuer, private

PKI = issuer("kubernetes", "system")
HOST = "kubernetes.default.svc"

SCENARIO = Scenario(
    label=Label.HONEST,
    verdict="undecided",
    verdict_bare="undecided",
    plays=(
        Peer(
            presents=private(HOST, PKI, names=(HOST, "kubernetes.default.svc.cluster.local")),
            host=HOST,
        ),
    ),
)
