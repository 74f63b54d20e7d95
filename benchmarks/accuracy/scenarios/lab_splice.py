"""squid in the way, which reads the server's name and passes TLS on."""

from benchmarks.accuracy.laboratory import Probed
from benchmarks.accuracy.scenario import Label, Scenario
from tests.lab.authorities import Disguise
from tests.lab.interceptors import SPLICE
from tests.lab.servers import ASKS_TLS13, EITHER, TLS12, TLS13_RSA

ORIGINS = (EITHER, TLS12, TLS13_RSA, ASKS_TLS13)

SCENARIO = Scenario(
    label=Label.HONEST,
    verdict="direct",
    verdict_bare="direct",
    plays=tuple(
        Probed(box=(SPLICE, Disguise.OWN_NAME), origin=origin, variant=origin.name)
        for origin in ORIGINS
    ),
)
