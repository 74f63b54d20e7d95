"""A box that writes the public CA's name into the leaf, and sends nothing else."""

from benchmarks.accuracy.peers import box
from benchmarks.accuracy.scenario import Label, Scenario
from benchmarks.accuracy.workshop import issuer
from fixtures.chains.authority import ec_key

ABOVE = issuer("Bench Public Root R1", "Bench Trust Services", key=ec_key("copied root"))
COPIED = issuer("Bench Public TLS CA 01", "Bench Trust Services", key=ec_key("copied CA"))

SCENARIO = Scenario(
    label=Label.INTERCEPTION,
    verdict="inspected",
    plays=(box(COPIED, above=()),),
)
