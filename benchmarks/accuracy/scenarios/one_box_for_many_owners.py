"""A capture of a box that signs for unrelated owners by one CA, whose key is in every leaf or is
not.
"""

from benchmarks.accuracy.captured import Session, Written
from benchmarks.accuracy.scenario import Label, Scenario
from benchmarks.accuracy.workshop import CLOUD, issuer, minted, owner

BOX = issuer("Contoso TLS CA 4", "Contoso Ltd")
NAMES = (CLOUD, "accounts.google.com", "login.okta.com")


def session(host: str, *, one_key: bool) -> Session:
    """A session with the box under that name."""
    return Session(presents=minted(host, BOX, one_key=one_key), host=host)


SCENARIO = Scenario(
    label=Label.INTERCEPTION,
    verdict="inspected",
    plays=tuple(
        Written(
            sessions=tuple(session(host, one_key=one_key) for host in NAMES),
            elsewhere=owner(),
            variant="one key" if one_key else "a key for each",
        )
        for one_key in (True, False)
    ),
)
