"""The owner runs a PKI of his own for a public name, and the reference has its key."""

from benchmarks.accuracy.peers import Peer
from benchmarks.accuracy.scenario import Label, Scenario
from benchmarks.accuracy.workshop import issuer, pin, private, root_of

PKI = issuer("Contoso Services Root", "Contoso Ltd")
KNOWN = f'''
schema = "tlsprobe.reference/1"
as_of = 2026-11-20
origin = "the owner"

[[expectation]]
names = ["sync.contoso.example"]
owner = "Contoso"
issued_by = "private"
ca_keys = ["{pin(root_of(PKI))}"]
'''

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
