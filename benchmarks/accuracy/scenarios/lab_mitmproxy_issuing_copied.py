"""mitmproxy in the way, which signs by a CA that says all that the owner's issuing CA says."""

from benchmarks.accuracy.laboratory import crossed
from benchmarks.accuracy.scenario import Label, Scenario
from tests.lab.authorities import Disguise
from tests.lab.interceptors import MITMPROXY

SCENARIO = Scenario(
    label=Label.INTERCEPTION,
    verdict="inspected",
    plays=crossed(MITMPROXY, Disguise.ISSUING_COPIED),
)
