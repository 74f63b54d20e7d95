"""The same page where the firewall renews its leaf every week."""

from benchmarks.accuracy.peers import Peer
from benchmarks.accuracy.scenario import Label, Scenario
from benchmarks.accuracy.workshop import ago, ahead, issuer, private

MAKER = issuer("Sophos SSL CA_C01001ABCDEF", "Sophos")

SCENARIO = Scenario(
    label=Label.HONEST,
    plays=(
        Peer(
            presents=private("fw2.contoso.internal", MAKER, begin=ago(hours=5), end=ahead(days=6)),
            host="fw2.contoso.internal",
        ),
    ),
)
