"""Superfish, whose one CA key was on every machine and leaked."""

from benchmarks.accuracy.peers import box
from benchmarks.accuracy.scenario import Label, Scenario
from benchmarks.accuracy.workshop import issuer, root_of

BOX = issuer("Superfish, Inc.", "Superfish, Inc.")

SCENARIO = Scenario(
    label=Label.INTERCEPTION,
    product="Superfish",
    verdict="inspected",
    plays=(box(BOX, trusted=root_of(BOX), days=365),),
)
