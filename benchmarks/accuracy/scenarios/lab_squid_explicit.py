"""squid as an explicit proxy that decrypts, by CONNECT, as a capture shows it."""

from benchmarks.accuracy.laboratory import Captured
from benchmarks.accuracy.scenario import Label, Scenario
from tests.lab.authorities import Disguise
from tests.lab.interceptors import SQUID

SCENARIO = Scenario(
    label=Label.INTERCEPTION,
    verdict="inspected",
    plays=(Captured(box=(SQUID, Disguise.OWN_NAME), explicit=True),),
)
