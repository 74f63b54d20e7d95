"""HAProxy in the way, which ends TLS by one certificate of its operator's CA for the name."""

from benchmarks.accuracy.laboratory import Probed
from benchmarks.accuracy.scenario import Label, Scenario
from tests.lab.authorities import Disguise
from tests.lab.terminators import HAPROXY

SCENARIO = Scenario(
    label=Label.INTERCEPTION,
    verdict="inspected",
    plays=(
        Probed(box=(HAPROXY, Disguise.OWN_NAME), trusted=True, variant="trusted"),
        Probed(box=(HAPROXY, Disguise.OWN_NAME), variant="not trusted"),
    ),
)
