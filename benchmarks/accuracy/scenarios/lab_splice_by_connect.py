"""Squid as an explicit proxy that passes TLS on, asked by CONNECT."""

from benchmarks.accuracy.laboratory import Probed
from benchmarks.accuracy.scenario import Label, Scenario
from tests.lab.authorities import Disguise
from tests.lab.interceptors import SPLICE

SCENARIO = Scenario(
    label=Label.HONEST,
    verdict="direct",
    verdict_bare="direct",
    plays=(Probed(box=(SPLICE, Disguise.OWN_NAME), by_connect=True),),
)
