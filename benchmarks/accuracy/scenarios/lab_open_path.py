"""Nobody in the way: the owner answers in one version of TLS or the other, with this key or that,
after a retry, with a question for a client certificate.
"""

from benchmarks.accuracy.laboratory import Probed
from benchmarks.accuracy.scenario import Label, Scenario
from tests.lab.servers import ASKS_TLS12, EITHER, RETRY_384, TLS12, TLS13_RSA, UNKNOWN

ORIGINS = (EITHER, TLS12, TLS13_RSA, RETRY_384, ASKS_TLS12, UNKNOWN)

SCENARIO = Scenario(
    label=Label.HONEST,
    verdict="direct",
    verdict_bare="direct",
    plays=tuple(Probed(origin=origin, variant=origin.name) for origin in ORIGINS),
)
