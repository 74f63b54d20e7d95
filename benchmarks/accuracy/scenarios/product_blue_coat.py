"""Blue Coat ProxySG signs for a cloud's name; the machine trusts its CA."""

from benchmarks.accuracy.peers import box
from benchmarks.accuracy.scenario import Label, Scenario
from benchmarks.accuracy.workshop import issuer, root_of

BOX = issuer("Blue Coat SG-S400", "Blue Coat Systems")

SCENARIO = Scenario(
    label=Label.INTERCEPTION,
    product="Blue Coat",
    verdict="inspected",
    plays=(box(BOX, trusted=root_of(BOX)),),
)
