"""Squid in the way, which signs by a CA that says all that the owner's issuing CA says."""

from benchmarks.accuracy.laboratory import crossed
from benchmarks.accuracy.scenario import Label, Scenario
from tests.lab.authorities import Disguise
from tests.lab.interceptors import SQUID

SCENARIO = Scenario(
    label=Label.INTERCEPTION,
    verdict="inspected",
    plays=crossed(SQUID, Disguise.ISSUING_COPIED),
)
