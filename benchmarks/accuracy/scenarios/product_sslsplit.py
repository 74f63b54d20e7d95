"""sslsplit, whose operator named its CA for it."""

from benchmarks.accuracy.peers import box
from benchmarks.accuracy.scenario import Label, Scenario
from benchmarks.accuracy.workshop import issuer, root_of

BOX = issuer("SSLsplit Root CA", "Contoso Ltd")

SCENARIO = Scenario(
    label=Label.INTERCEPTION,
    product="sslsplit",
    verdict="inspected",
    plays=(box(BOX, trusted=root_of(BOX)),),
)
