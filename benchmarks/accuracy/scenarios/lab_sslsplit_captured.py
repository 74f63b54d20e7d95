"""A capture on the client's side of sslsplit."""

from benchmarks.accuracy.laboratory import Captured
from benchmarks.accuracy.scenario import Label, Scenario
from tests.lab.authorities import Disguise
from tests.lab.interceptors import SSLSPLIT

SCENARIO = Scenario(
    label=Label.INTERCEPTION,
    verdict="inspected",
    plays=(
        Captured(box=(SSLSPLIT, Disguise.OWN_NAME), tls12=True, variant="TLS 1.2"),
        Captured(box=(SSLSPLIT, Disguise.OWN_NAME), variant="TLS 1.3 with keys"),
        Captured(box=(SSLSPLIT, Disguise.ISSUING_COPIED), variant="disguised"),
    ),
)
