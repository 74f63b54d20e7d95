"""A careless small PKI: the server was given the CA's own key."""

from benchmarks.accuracy.peers import Peer
from benchmarks.accuracy.scenario import Label, Scenario
from benchmarks.accuracy.workshop import INTERNAL, PUBLIC_ROOTS, issuer, private, root_of

PKI = issuer("Office CA", "Example Office")

SCENARIO = Scenario(
    label=Label.HONEST,
    verdict="undecided",
    verdict_bare="undecided",
    plays=(
        Peer(
            presents=private(INTERNAL, PKI, key=PKI.key),
            host=INTERNAL,
            machine=(*PUBLIC_ROOTS, root_of(PKI)),
        ),
    ),
)
