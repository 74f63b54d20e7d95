"""squid as an explicit proxy that passes TLS on, by CONNECT, as a capture shows it."""

from benchmarks.accuracy.laboratory import Captured
from benchmarks.accuracy.scenario import Label, Scenario
from tests.lab.authorities import Disguise
from tests.lab.interceptors import SPLICE

SCENARIO = Scenario(
    label=Label.HONEST,
    verdict="direct",
    verdict_bare="direct",
    plays=(Captured(box=(SPLICE, Disguise.OWN_NAME), explicit=True),),
)
