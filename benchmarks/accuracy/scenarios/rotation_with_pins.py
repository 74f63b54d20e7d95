"""The owner has moved to a newer key of his own CA, and the pins are of before."""

from benchmarks.accuracy.peers import Peer
from benchmarks.accuracy.scenario import Label, Scenario
from benchmarks.accuracy.workshop import CLOUD, ISSUING_CA, issuer, owner, pin, root_of

RETIRED = root_of(issuer("Bench Public TLS CA 00", "Bench Trust Services"))
PINNED = f'''
schema = "tlsprobe.reference/1"
as_of = 2026-11-20
origin = "the owner"

[[expectation]]
names = ["{CLOUD}"]
owner = "Contoso"
ca_keys = ["{pin(ISSUING_CA)}", "{pin(RETIRED)}"]
pins = ["{pin(RETIRED)}"]
'''

SCENARIO = Scenario(
    label=Label.HONEST,
    verdict="pin-broken",
    verdict_bare="direct",
    pinned=True,
    plays=(Peer(presents=owner(), reference=PINNED),),
)
