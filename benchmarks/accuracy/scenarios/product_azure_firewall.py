"""Azure Firewall, whose certificate manager names its CA signs for a cloud's name; the machine
trusts its CA.
"""

from benchmarks.accuracy.peers import box
from benchmarks.accuracy.scenario import Label, Scenario
from benchmarks.accuracy.workshop import issuer, root_of

BOX = issuer("Azure Firewall Manager CA", "Microsoft")

SCENARIO = Scenario(
    label=Label.INTERCEPTION,
    product="Azure Firewall",
    verdict="inspected",
    plays=(box(BOX, trusted=root_of(BOX), days=365),),
)
