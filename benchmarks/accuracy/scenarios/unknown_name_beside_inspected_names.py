"""A box signs for public names and also for this one, of which nothing is known; all leafs have
one key.
"""

from benchmarks.accuracy.captured import Session, Written
from benchmarks.accuracy.scenario import Label, Scenario
from benchmarks.accuracy.workshop import STRANGER, issuer, minted, owner

BOX = issuer("Contoso TLS CA 4", "Contoso Ltd")
NAMES = (STRANGER, "accounts.google.com", "login.okta.com")
SESSIONS = tuple(Session(presents=minted(host, BOX, one_key=True), host=host) for host in NAMES)

SCENARIO = Scenario(
    label=Label.INTERCEPTION,
    verdict="inspected",
    plays=(Written(sessions=SESSIONS, elsewhere=owner(STRANGER)),),
)
