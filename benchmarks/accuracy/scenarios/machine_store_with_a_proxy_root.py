"""The machine trusts an inspecting proxy's root as well, and this connection does not go through
it.
"""

from benchmarks.accuracy.peers import Peer
from benchmarks.accuracy.scenario import Label, Scenario
from benchmarks.accuracy.workshop import PUBLIC_ROOTS, issuer, owner, root_of

PROXY_CA = root_of(issuer("Contoso Web Proxy CA", "Contoso Ltd"))

SCENARIO = Scenario(
    label=Label.HONEST,
    verdict="direct",
    verdict_bare="direct",
    plays=(Peer(presents=owner(), machine=(*PUBLIC_ROOTS, PROXY_CA)),),
)
