"""A developer's own CA on localhost, which he has added to his machine's store."""

from benchmarks.accuracy.peers import Peer
from benchmarks.accuracy.scenario import Label, Scenario
from benchmarks.accuracy.workshop import PUBLIC_ROOTS, issuer, private, root_of

PKI = issuer("mkcert developer@laptop", "mkcert development CA")

SCENARIO = Scenario(
    label=Label.HONEST,
    verdict="undecided",
    verdict_bare="undecided",
    plays=(
        Peer(
            presents=private("localhost", PKI),
            host="localhost",
            machine=(*PUBLIC_ROOTS, root_of(PKI)),
        ),
    ),
)
