"""A company's own CA on its intranet, trusted by its machines."""

from benchmarks.accuracy.peers import Peer
from benchmarks.accuracy.scenario import Label, Scenario
from benchmarks.accuracy.workshop import INTERNAL, PUBLIC_ROOTS, issuer, private, root_of

PKI = issuer("Contoso Issuing CA 2", "Contoso Ltd")

SCENARIO = Scenario(
    label=Label.HONEST,
    verdict="undecided",
    verdict_bare="undecided",
    plays=(
        Peer(
            presents=private(INTERNAL, PKI),
            host=INTERNAL,
            machine=(*PUBLIC_ROOTS, root_of(PKI)),
        ),
    ),
)
