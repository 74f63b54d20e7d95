"""A company inspects public names by the CA that also signs for its own servers: this session is
with one of those.
"""

from benchmarks.accuracy.captured import Session, Written
from benchmarks.accuracy.scenario import Label, Scenario
from benchmarks.accuracy.workshop import CLOUD, issuer, private

PKI = issuer("Contoso Issuing CA 2", "Contoso Ltd")
NAMES = ("sync.contoso.example", CLOUD, "accounts.google.com", "login.okta.com")
SESSIONS = tuple(Session(presents=private(host, PKI), host=host) for host in NAMES)

SCENARIO = Scenario(
    label=Label.HONEST,
    plays=(Written(sessions=SESSIONS),),
)
