"""mitmproxy as an explicit proxy, asked by CONNECT, signs by a CA of its own name."""

from benchmarks.accuracy.laboratory import crossed
from benchmarks.accuracy.scenario import Label, Scenario
from tests.lab.authorities import Disguise
from tests.lab.interceptors import MITMPROXY

SCENARIO = Scenario(
    label=Label.INTERCEPTION,
    verdict="inspected",
    plays=crossed(MITMPROXY, Disguise.OWN_NAME, by_connect=True),
)
