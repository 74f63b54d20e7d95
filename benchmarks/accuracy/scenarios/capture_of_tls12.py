"""A capture of a session of TLS 1.2 with the owner."""

from benchmarks.accuracy.captured import Session, Written
from benchmarks.accuracy.scenario import Label, Scenario
from benchmarks.accuracy.workshop import owner

SCENARIO = Scenario(
    label=Label.HONEST,
    verdict="direct",
    verdict_bare="direct",
    plays=(Written(sessions=(Session(presents=owner()),)),),
)
