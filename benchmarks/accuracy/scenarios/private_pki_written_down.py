"""The owner runs a PKI of his own for a public name, and the reference has its key."""

from benchmarks.accuracy.peers import Peer
from benchmarks.accuracy.scenario import Label, Scenario
from benchmarks.accuracy.workshop import issuer, private, root_of, written_down

PKI = issuer("Contoso Services Root", "Contoso Ltd")
KNOWN = written_down("sync.contoso.example", issued_by="private", ca_keys=[root_of(PKI)])

SCENARIO = Scenario(
    label=Label.HONEST,
    verdict="direct",
    plays=(
        Peer(
            presents=private("sync.contoso.example", PKI),
            host="sync.contoso.example",
            reference=KNOWN,
        ),
    ),
)
