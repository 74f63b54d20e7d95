"""squid, whose operator named its CA for it; its CA's key is in every leaf."""

from benchmarks.accuracy.peers import box
from benchmarks.accuracy.scenario import Label, Scenario
from benchmarks.accuracy.workshop import issuer, root_of

BOX = issuer("Squid Proxy CA", "Contoso Ltd")

SCENARIO = Scenario(
    label=Label.INTERCEPTION,
    product="squid",
    verdict="inspected",
    plays=(box(BOX, trusted=root_of(BOX), one_key=True),),
)
