"""A box that decides by the look of the hello: the first is passed on, the second decrypted, or
the other way round.
"""

from benchmarks.accuracy.peers import Peer
from benchmarks.accuracy.scenario import Label, Scenario
from benchmarks.accuracy.workshop import CLOUD, issuer, minted, owner

BOX = issuer("Contoso TLS CA 4", "Contoso Ltd")
MINTED = minted(CLOUD, BOX)

SCENARIO = Scenario(
    label=Label.INTERCEPTION,
    verdict="inspected",
    verdict_bare="inspected",
    plays=(
        Peer(presents=owner(), to_openssl=MINTED, elsewhere=owner(), variant="second"),
        Peer(presents=MINTED, to_openssl=owner(), elsewhere=owner(), variant="first"),
    ),
)
