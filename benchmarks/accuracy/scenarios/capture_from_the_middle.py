"""A capture that began after the connection had."""

from benchmarks.accuracy.captured import Session, Written
from benchmarks.accuracy.scenario import Label, Scenario
from benchmarks.accuracy.workshop import owner

SCENARIO = Scenario(
    label=Label.HONEST,
    plays=(Written(sessions=(Session(presents=owner(), seen=lambda segments: segments[3:]),)),),
)
