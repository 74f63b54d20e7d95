"""The public site of a maker of firewalls, whose name stands in its public issuing CA."""

from benchmarks.accuracy.peers import Peer
from benchmarks.accuracy.scenario import Label, Scenario
from benchmarks.accuracy.workshop import ROOT, issuer, owner, public_leaf
from fixtures.chains.authority import ca

OWN = issuer("Fortinet Public Services CA", "Fortinet Ltd.")
OWN_CA = ca(OWN.subject, OWN.key, ROOT, end="2030-01-01", path_length=0)
LEAF = public_leaf("support.fortinet.example", signer=OWN)

SCENARIO = Scenario(
    label=Label.HONEST,
    verdict="direct",
    verdict_bare="direct",
    plays=(
        Peer(
            presents=owner("support.fortinet.example").but(LEAF, OWN_CA),
            host="support.fortinet.example",
        ),
    ),
)
