"""A box that copies the public CA's name, and sends the true intermediate, which signed nothing of
it.
"""

from benchmarks.accuracy.peers import box
from benchmarks.accuracy.scenario import Label, Scenario
from benchmarks.accuracy.workshop import ISSUING_CA, issuer
from fixtures.chains.authority import ec_key

ABOVE = issuer("Bench Public Root R1", "Bench Trust Services", key=ec_key("copied root"))
COPIED = issuer("Bench Public TLS CA 01", "Bench Trust Services", key=ec_key("copied CA"))

SCENARIO = Scenario(
    label=Label.INTERCEPTION,
    verdict="inspected",
    plays=(box(COPIED, above=(ISSUING_CA,)),),
)
