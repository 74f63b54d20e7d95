"""Fiddler signs for a cloud's name; the machine trusts its CA."""

from benchmarks.accuracy.peers import box
from benchmarks.accuracy.scenario import Label, Scenario
from benchmarks.accuracy.workshop import issuer, root_of

BOX = issuer("DO_NOT_TRUST_FiddlerRoot", "DO_NOT_TRUST")

SCENARIO = Scenario(
    label=Label.INTERCEPTION,
    product="Fiddler",
    verdict="inspected",
    plays=(box(BOX, trusted=root_of(BOX), days=365),),
)
