"""A box that signs by a CA below the company's own root, which is not sent; the machine trusts the
root.
"""

from benchmarks.accuracy.peers import box
from benchmarks.accuracy.scenario import Label, Scenario
from benchmarks.accuracy.workshop import issuer, root_of
from fixtures.chains.authority import ca

TOP = issuer("Contoso Root CA", "Contoso Ltd")
BOX = issuer("Contoso Issuing CA 7", "Contoso Ltd")
BOX_CA = ca(BOX.subject, BOX.key, TOP, path_length=0)

SCENARIO = Scenario(
    label=Label.INTERCEPTION,
    verdict="inspected",
    plays=(box(BOX, above=(BOX_CA,), trusted=root_of(TOP)),),
)
