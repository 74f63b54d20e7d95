"""A box whose CA bears a name of the customer's choosing; the machine trusts it, or does not."""

from benchmarks.accuracy.peers import box
from benchmarks.accuracy.scenario import Label, Scenario
from benchmarks.accuracy.workshop import issuer, root_of

BOX = issuer("Contoso TLS CA 4", "Contoso Ltd")

SCENARIO = Scenario(
    label=Label.INTERCEPTION,
    verdict="inspected",
    plays=(
        box(BOX, trusted=root_of(BOX), variant="trusted"),
        box(BOX, variant="not trusted"),
    ),
)
