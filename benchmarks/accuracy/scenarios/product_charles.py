"""Charles signs for a cloud's name; the machine trusts its CA."""

from benchmarks.accuracy.peers import box
from benchmarks.accuracy.scenario import Label, Scenario
from benchmarks.accuracy.workshop import issuer, root_of

BOX = issuer("Charles Proxy CA (11 Jun 2026, laptop)", "XK72 Ltd")

SCENARIO = Scenario(
    label=Label.INTERCEPTION,
    product="Charles",
    verdict="inspected",
    plays=(box(BOX, trusted=root_of(BOX), days=365),),
)
