"""A capture on the server's side of sslsplit: the session of the box with the owner."""

from benchmarks.accuracy.laboratory import Captured
from benchmarks.accuracy.scenario import Label, Scenario
from tests.lab.authorities import Disguise
from tests.lab.interceptors import SSLSPLIT

SCENARIO = Scenario(
    label=Label.HONEST,
    verdict="direct",
    verdict_bare="direct",
    plays=(Captured(box=(SSLSPLIT, Disguise.OWN_NAME), outside=True),),
)
