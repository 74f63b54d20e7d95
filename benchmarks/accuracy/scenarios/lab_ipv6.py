"""Nobody in the way, over IPv6."""

from benchmarks.accuracy.laboratory import Probed
from benchmarks.accuracy.scenario import Label, Scenario

SCENARIO = Scenario(
    label=Label.HONEST,
    verdict="direct",
    verdict_bare="direct",
    plays=(Probed(ipv6=True),),
)
