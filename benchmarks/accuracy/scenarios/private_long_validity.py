"""An appliance's own CA whose leaf lives for thirty years."""

from benchmarks.accuracy.peers import Peer
from benchmarks.accuracy.scenario import Label, Scenario
from benchmarks.accuracy.workshop import issuer, private

PKI = issuer("Building Control CA", "Example Controls")

SCENARIO = Scenario(
    label=Label.HONEST,
    verdict="undecided",
    verdict_bare="undecided",
    plays=(
        Peer(
            presents=private("plant.contoso.internal", PKI, begin="2015-01-01", end="2045-01-01"),
            host="plant.contoso.internal",
        ),
    ),
)
