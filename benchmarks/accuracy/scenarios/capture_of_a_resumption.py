"""A capture of a resumed session, which shows no certificate."""

from benchmarks.accuracy.captured import Session, Written
from benchmarks.accuracy.scenario import Label, Scenario
from benchmarks.accuracy.workshop import owner

SCENARIO = Scenario(
    label=Label.HONEST,
    verdict="undecided",
    verdict_bare="undecided",
    plays=(Written(sessions=(Session(presents=owner(), resumed=True),)),),
)
