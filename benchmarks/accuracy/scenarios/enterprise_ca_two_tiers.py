"""A company's issuing CA under a root that is not sent, trusted by its machines."""

from benchmarks.accuracy.peers import Peer
from benchmarks.accuracy.scenario import Label, Scenario
from benchmarks.accuracy.workshop import INTERNAL, PUBLIC_ROOTS, issuer, private, root_of
from fixtures.chains.authority import ca

TOP = issuer("Contoso Root CA", "Contoso Ltd")
PKI = issuer("Contoso Issuing CA 2", "Contoso Ltd")
PKI_CA = ca(PKI.subject, PKI.key, TOP, path_length=0)

SCENARIO = Scenario(
    label=Label.HONEST,
    verdict="undecided",
    verdict_bare="undecided",
    plays=(
        Peer(
            presents=private(INTERNAL, PKI, above=(PKI_CA,)),
            host=INTERNAL,
            machine=(*PUBLIC_ROOTS, root_of(TOP)),
        ),
    ),
)
