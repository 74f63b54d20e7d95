"""SonicWall signs for a cloud's name; the machine trusts its CA."""

from benchmarks.accuracy.peers import box
from benchmarks.accuracy.scenario import Label, Scenario
from benchmarks.accuracy.workshop import issuer, root_of

BOX = issuer("SonicWALL Firewall DPI-SSL", "SonicWALL Inc.")

SCENARIO = Scenario(
    label=Label.INTERCEPTION,
    product="SonicWall",
    verdict="inspected",
    plays=(box(BOX, trusted=root_of(BOX)),),
)
