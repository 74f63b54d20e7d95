"""mitmproxy, which puts its CA's key into every leaf signs for a cloud's name; the machine trusts
its CA.
"""

from benchmarks.accuracy.peers import box
from benchmarks.accuracy.scenario import Label, Scenario
from benchmarks.accuracy.workshop import issuer, root_of

BOX = issuer("mitmproxy", "mitmproxy")

SCENARIO = Scenario(
    label=Label.INTERCEPTION,
    product="mitmproxy",
    verdict="inspected",
    plays=(box(BOX, trusted=root_of(BOX), days=365, one_key=True),),
)
