"""Cloudflare Gateway signs for a cloud's name; the machine trusts its CA."""

from benchmarks.accuracy.peers import box
from benchmarks.accuracy.scenario import Label, Scenario
from benchmarks.accuracy.workshop import issuer, root_of

BOX = issuer(
    "Gateway CA - Cloudflare Managed G1 184d33c903da5d04b30cce62ce535f28", "Cloudflare, Inc."
)

SCENARIO = Scenario(
    label=Label.INTERCEPTION,
    product="Cloudflare",
    verdict="inspected",
    plays=(box(BOX, trusted=root_of(BOX), days=30),),
)
