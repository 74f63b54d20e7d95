"""Avast signs for a cloud's name; the machine trusts its CA."""

from benchmarks.accuracy.peers import box
from benchmarks.accuracy.scenario import Label, Scenario
from benchmarks.accuracy.workshop import issuer, root_of

BOX = issuer("Avast Web/Mail Shield Root", "Avast Web/Mail Shield")

SCENARIO = Scenario(
    label=Label.INTERCEPTION,
    product="Avast",
    verdict="inspected",
    plays=(box(BOX, trusted=root_of(BOX), days=365),),
)
