"""A box that sends the leaf alone; the machine trusts its CA, or does not."""

from benchmarks.accuracy.peers import box
from benchmarks.accuracy.scenario import Label, Scenario
from benchmarks.accuracy.workshop import issuer, root_of

BOX = issuer("Contoso TLS CA 4", "Contoso Ltd")

SCENARIO = Scenario(
    label=Label.INTERCEPTION,
    verdict="inspected",
    plays=(
        box(BOX, above=(), trusted=root_of(BOX), variant="trusted"),
        box(BOX, above=(), variant="not trusted"),
    ),
)
