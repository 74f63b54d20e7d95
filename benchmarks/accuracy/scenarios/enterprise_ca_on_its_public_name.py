"""A company's own portal: outside under a public CA, inside by split DNS under its own, which its
machines trust.
"""

from benchmarks.accuracy.peers import Peer
from benchmarks.accuracy.scenario import Label, Scenario
from benchmarks.accuracy.workshop import PUBLIC_ROOTS, issuer, owner, private, root_of

PKI = issuer("Contoso Issuing CA 2", "Contoso Ltd")
HOST = "portal.contoso.example"

SCENARIO = Scenario(
    label=Label.HONEST,
    verdict="undecided",
    verdict_bare="undecided",
    plays=(
        Peer(
            presents=private(HOST, PKI),
            host=HOST,
            machine=(*PUBLIC_ROOTS, root_of(PKI)),
            elsewhere=owner(HOST),
        ),
    ),
)
