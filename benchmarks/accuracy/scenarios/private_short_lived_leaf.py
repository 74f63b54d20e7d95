"""An organisation's own automatic CA: a leaf of one day, an hour old, without any place to ask
about it.
"""

from benchmarks.accuracy.peers import Peer
from benchmarks.accuracy.scenario import Label, Scenario
from benchmarks.accuracy.workshop import (
    INTERNAL,
    PUBLIC_ROOTS,
    ago,
    ahead,
    issuer,
    private,
    root_of,
)

PKI = issuer("Contoso Smallstep Intermediate CA", "Contoso Ltd")

SCENARIO = Scenario(
    label=Label.HONEST,
    verdict="undecided",
    verdict_bare="undecided",
    plays=(
        Peer(
            presents=private(INTERNAL, PKI, begin=ago(hours=1), end=ahead(hours=23)),
            host=INTERNAL,
            machine=(*PUBLIC_ROOTS, root_of(PKI)),
        ),
    ),
)
