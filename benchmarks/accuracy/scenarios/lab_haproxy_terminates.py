"""HAProxy in the way, which ends TLS by one certificate of its operator's CA for the name."""

from benchmarks.accuracy.laboratory import crossed
from benchmarks.accuracy.scenario import Label, Scenario
from tests.lab.authorities import Disguise
from tests.lab.terminators import HAPROXY

SCENARIO = Scenario(
    label=Label.INTERCEPTION,
    verdict="inspected",
    plays=crossed(HAPROXY, Disguise.OWN_NAME),
)
