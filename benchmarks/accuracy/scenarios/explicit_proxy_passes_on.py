"""A session with the owner through an explicit proxy that only passes bytes on."""

from benchmarks.accuracy.captured import PROXY, Session, Written, connect
from benchmarks.accuracy.scenario import Label, Scenario
from benchmarks.accuracy.workshop import owner

SCENARIO = Scenario(
    label=Label.HONEST,
    verdict="direct",
    verdict_bare="direct",
    plays=(Written(sessions=(Session(presents=owner(), before=connect(), route=PROXY),)),),
)
