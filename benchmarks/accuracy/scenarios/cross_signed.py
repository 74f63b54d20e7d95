"""The chain runs over a newer root that an older one has cross-signed; both count as public."""

from benchmarks.accuracy.peers import Peer
from benchmarks.accuracy.scenario import Label, Scenario
from benchmarks.accuracy.workshop import CLOUD, CLOUD_NAMES, ROOT, issuer, owner, public_leaf
from fixtures.chains.authority import ca

NEWER = issuer("Bench Public Root X9", "Bench Trust Services")
CROSS = ca(NEWER.subject, NEWER.key, ROOT, end="2028-01-01", note="cross")
BELOW = issuer("Bench Public TLS CA 09", "Bench Trust Services")
BELOW_CA = ca(BELOW.subject, BELOW.key, NEWER, end="2030-01-01", path_length=0)
LEAF = public_leaf(CLOUD, signer=BELOW, names=CLOUD_NAMES)

SCENARIO = Scenario(
    label=Label.HONEST,
    verdict="direct",
    verdict_bare="direct",
    plays=(Peer(presents=owner().but(LEAF, BELOW_CA, CROSS)),),
)
