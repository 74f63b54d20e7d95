"""A box with one key, which signs and serves; with its CA sent, and the leaf alone."""

from benchmarks.accuracy.peers import box
from benchmarks.accuracy.scenario import Label, Scenario
from benchmarks.accuracy.workshop import issuer, root_of

BOX = issuer("Contoso TLS CA 4", "Contoso Ltd")

SCENARIO = Scenario(
    label=Label.INTERCEPTION,
    verdict="inspected",
    plays=(
        box(BOX, one_key=True, trusted=root_of(BOX), variant="CA sent"),
        box(BOX, one_key=True, above=(), variant="leaf alone"),
    ),
)
