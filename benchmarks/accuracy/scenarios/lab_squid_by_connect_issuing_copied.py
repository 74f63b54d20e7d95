"""Squid as an explicit proxy, asked by CONNECT, whose CA has copied the name of the issuing CA."""

from benchmarks.accuracy.laboratory import crossed
from benchmarks.accuracy.scenario import Label, Scenario
from tests.lab.authorities import Disguise
from tests.lab.interceptors import SQUID

SCENARIO = Scenario(
    label=Label.INTERCEPTION,
    verdict="inspected",
    plays=crossed(SQUID, Disguise.ISSUING_COPIED, by_connect=True),
)
