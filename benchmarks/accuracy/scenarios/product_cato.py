"""Cato Networks signs for a cloud's name; the machine trusts its CA."""

from benchmarks.accuracy.peers import box
from benchmarks.accuracy.scenario import Label, Scenario
from benchmarks.accuracy.workshop import issuer, root_of

BOX = issuer("Cato Networks CA", "Cato Networks")

SCENARIO = Scenario(
    label=Label.INTERCEPTION,
    product="Cato",
    verdict="inspected",
    plays=(box(BOX, trusted=root_of(BOX), days=14),),
)
