"""Netflix in 2017: names under public CAs, and one under its own PKI (a capture of nDPI)."""

from benchmarks.accuracy.captured import found
from benchmarks.accuracy.scenario import Label, Scenario

CAPTURE = "ntop+nDPI/tests/cfgs/default/pcap/netflix.pcap"

SCENARIO = Scenario(
    label=Label.HONEST,
    plays=found(
        CAPTURE,
        "ichnaea.netflix.com",
        "api-global.netflix.com",
        "ios.nccp.netflix.com",
    ),
)
