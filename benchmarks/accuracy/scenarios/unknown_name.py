"""A box before a name of which nothing is known, but that its user says that public CAs sign for
it.
"""

from benchmarks.accuracy.peers import box
from benchmarks.accuracy.scenario import Label, Scenario
from benchmarks.accuracy.workshop import STRANGER, issuer, root_of, written_down

BOX = issuer("Contoso TLS CA 4", "Contoso Ltd")
SAID = written_down(STRANGER)

SCENARIO = Scenario(
    label=Label.INTERCEPTION,
    verdict="inspected",
    plays=(box(BOX, host=STRANGER, reference=SAID, trusted=root_of(BOX)),),
)
