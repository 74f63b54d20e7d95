"""A box before a name of which nothing is known, but that its user says that public CAs sign for
it.
"""

from benchmarks.accuracy.peers import box
from benchmarks.accuracy.scenario import Label, Scenario
from benchmarks.accuracy.workshop import STRANGER, issuer, root_of

BOX = issuer("Contoso TLS CA 4", "Contoso Ltd")
SAID = f'''
schema = "tlsprobe.reference/1"
as_of = 2026-11-20
origin = "the user"

[[expectation]]
names = ["{STRANGER}"]
owner = "a shop"
issued_by = "public"
'''

SCENARIO = Scenario(
    label=Label.INTERCEPTION,
    verdict="inspected",
    plays=(box(BOX, host=STRANGER, reference=SAID, trusted=root_of(BOX)),),
)
