"""Cisco Umbrella signs for a cloud's name; the machine trusts its CA."""

from benchmarks.accuracy.peers import box
from benchmarks.accuracy.scenario import Label, Scenario
from benchmarks.accuracy.workshop import issuer, root_of

BOX = issuer("Cisco Umbrella Secondary SubCA ams-SG", "Cisco")

SCENARIO = Scenario(
    label=Label.INTERCEPTION,
    product="Umbrella",
    verdict="inspected",
    plays=(box(BOX, trusted=root_of(BOX), days=5, one_key=True),),
)
