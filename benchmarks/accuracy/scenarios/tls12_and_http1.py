"""A box that takes the connection down to TLS 1.2."""

from ssl import TLSVersion

from benchmarks.accuracy.peers import Peer
from benchmarks.accuracy.scenario import Label, Scenario
from benchmarks.accuracy.workshop import PUBLIC_ROOTS, issuer, minted, root_of

BOX = issuer("Contoso TLS CA 4", "Contoso Ltd")
OLD = (TLSVersion.TLSv1_2, TLSVersion.TLSv1_2)

SCENARIO = Scenario(
    label=Label.INTERCEPTION,
    verdict="inspected",
    plays=(
        Peer(
            presents=lambda host: minted(host, BOX),
            versions=OLD,
            machine=(*PUBLIC_ROOTS, root_of(BOX)),
        ),
    ),
)
