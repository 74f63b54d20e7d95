"""WatchGuard signs for a cloud's name; the machine trusts its CA."""

from benchmarks.accuracy.peers import box
from benchmarks.accuracy.scenario import Label, Scenario
from benchmarks.accuracy.workshop import issuer, root_of

BOX = issuer("Fireware HTTPS Proxy (SN 80EF0000A0B00 2024-01-01 CA)", "WatchGuard_Technologies")

SCENARIO = Scenario(
    label=Label.INTERCEPTION,
    product="WatchGuard",
    verdict="inspected",
    plays=(box(BOX, trusted=root_of(BOX)),),
)
