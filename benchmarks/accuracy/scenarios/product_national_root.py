"""A state's own root, which its citizens were told to install."""

from benchmarks.accuracy.peers import box
from benchmarks.accuracy.scenario import Label, Scenario
from benchmarks.accuracy.workshop import issuer, root_of

BOX = issuer("Qaznet Trust Network", "Qaznet")

SCENARIO = Scenario(
    label=Label.INTERCEPTION,
    product="Kazakhstan",
    verdict="inspected",
    plays=(box(BOX, trusted=root_of(BOX), days=365),),
)
