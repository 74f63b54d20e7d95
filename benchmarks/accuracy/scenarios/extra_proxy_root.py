"""A server whose bundle also holds the root of its owner's inspecting proxy, which signed nothing."""

from benchmarks.accuracy.peers import Peer
from benchmarks.accuracy.scenario import Label, Scenario
from benchmarks.accuracy.workshop import issuer, owner, root_of

SERVER = owner()
PROXY_CA = root_of(issuer("Contoso Web Proxy CA", "Contoso Ltd"))

SCENARIO = Scenario(
    label=Label.HONEST,
    verdict="direct",
    verdict_bare="direct",
    plays=(Peer(presents=SERVER.but(*SERVER.certificates, PROXY_CA)),),
)
