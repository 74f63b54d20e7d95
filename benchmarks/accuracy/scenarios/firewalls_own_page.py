"""The administrator's page of a firewall, under its maker's factory CA, on an inner name."""

from benchmarks.accuracy.peers import Peer
from benchmarks.accuracy.scenario import Label, Scenario
from benchmarks.accuracy.workshop import issuer, private

MAKER = issuer("FortiGate CA", "Fortinet")

SCENARIO = Scenario(
    label=Label.HONEST,
    plays=(Peer(presents=private("fw1.contoso.internal", MAKER), host="fw1.contoso.internal"),),
)
