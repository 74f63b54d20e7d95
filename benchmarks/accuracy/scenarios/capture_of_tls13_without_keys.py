"""A capture of a session of TLS 1.3 with the owner: the certificate is sealed."""

from benchmarks.accuracy.captured import Session, Written
from benchmarks.accuracy.scenario import Label, Scenario
from benchmarks.accuracy.workshop import owner

SCENARIO = Scenario(
    label=Label.HONEST,
    verdict="undecided",
    verdict_bare="undecided",
    plays=(Written(sessions=(Session(presents=owner(), tls13=True, keys=False),)),),
)
