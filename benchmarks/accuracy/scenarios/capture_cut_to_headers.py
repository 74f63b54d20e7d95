"""A capture that kept the first bytes of each packet."""

from benchmarks.accuracy.captured import Session, Written
from benchmarks.accuracy.scenario import Label, Scenario
from benchmarks.accuracy.workshop import owner

SCENARIO = Scenario(
    label=Label.HONEST,
    plays=(Written(sessions=(Session(presents=owner()),), snaplen=600),),
)
