"""A capture of a company's servers, all under its own CA, whose names lie in several domains."""

from benchmarks.accuracy.captured import Session, Written
from benchmarks.accuracy.scenario import Label, Scenario
from benchmarks.accuracy.workshop import INTERNAL, issuer, private

PKI = issuer("Contoso Issuing CA 2", "Contoso Ltd")
NAMES = ("sync.contoso.example", "mail.contoso.example", "shop.fabrikam.example", INTERNAL)
SESSIONS = tuple(Session(presents=private(host, PKI), host=host) for host in NAMES)

SCENARIO = Scenario(
    label=Label.HONEST,
    verdict="undecided",
    verdict_bare="undecided",
    plays=(Written(sessions=SESSIONS),),
)
