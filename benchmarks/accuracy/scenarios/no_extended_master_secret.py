"""An old server of TLS 1.2 that knows nothing of the extended master secret."""

from ssl import TLSVersion

from benchmarks.accuracy.peers import Peer
from benchmarks.accuracy.scenario import Label, Scenario
from benchmarks.accuracy.workshop import owner

OLD = (TLSVersion.TLSv1_2, TLSVersion.TLSv1_2)

SCENARIO = Scenario(
    label=Label.HONEST,
    verdict="direct",
    verdict_bare="direct",
    plays=(Peer(presents=owner(), versions=OLD, extended_master_secret=False),),
)
