"""A PKI for the machines of a gateway team, named for the team; its portal is an inner one."""

from benchmarks.accuracy.peers import Peer
from benchmarks.accuracy.scenario import Label, Scenario
from benchmarks.accuracy.workshop import PUBLIC_ROOTS, issuer, private, root_of

PKI = issuer("Contoso Proxy and Firewall Gateway Services CA", "Contoso Ltd")
HOST = "wiki.gateway-team.contoso.internal"

SCENARIO = Scenario(
    label=Label.HONEST,
    verdict="undecided",
    verdict_bare="undecided",
    plays=(Peer(presents=private(HOST, PKI), host=HOST, machine=(*PUBLIC_ROOTS, root_of(PKI))),),
)
