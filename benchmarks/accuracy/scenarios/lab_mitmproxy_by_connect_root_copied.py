"""mitmproxy as an explicit proxy, asked by CONNECT, whose CA has copied the name of the public root."""

from benchmarks.accuracy.laboratory import crossed
from benchmarks.accuracy.scenario import Label, Scenario
from tests.lab.authorities import Disguise
from tests.lab.interceptors import MITMPROXY

SCENARIO = Scenario(
    label=Label.INTERCEPTION,
    verdict="inspected",
    plays=crossed(MITMPROXY, Disguise.ROOT_COPIED, by_connect=True),
)
