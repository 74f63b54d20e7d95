"""A box whose CAs bear the names of the public ones, letter for letter."""

from benchmarks.accuracy.peers import box
from benchmarks.accuracy.scenario import Label, Scenario
from benchmarks.accuracy.workshop import issuer, root_of
from fixtures.chains.authority import ca, ec_key

ABOVE = issuer("Bench Public Root R1", "Bench Trust Services", key=ec_key("copied root"))
COPIED = issuer("Bench Public TLS CA 01", "Bench Trust Services", key=ec_key("copied CA"))
FALSE_CA = ca(COPIED.subject, COPIED.key, ABOVE, path_length=0)

SCENARIO = Scenario(
    label=Label.INTERCEPTION,
    verdict="inspected",
    verdict_bare="inspected",
    plays=(box(COPIED, above=(FALSE_CA, root_of(ABOVE)), trusted=root_of(ABOVE)),),
)
