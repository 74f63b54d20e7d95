"""A capture of TLS 1.3 with a box, and its key log."""

from benchmarks.accuracy.captured import Session, Written
from benchmarks.accuracy.scenario import Label, Scenario
from benchmarks.accuracy.workshop import CLOUD, issuer, minted, owner

BOX = issuer("Contoso TLS CA 4", "Contoso Ltd")

SCENARIO = Scenario(
    label=Label.INTERCEPTION,
    verdict="inspected",
    plays=(
        Written(sessions=(Session(presents=minted(CLOUD, BOX), tls13=True),), elsewhere=owner()),
    ),
)
