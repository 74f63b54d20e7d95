"""A session of 2015 inside a tunnel (a capture of nDPI)."""

from benchmarks.accuracy.captured import found
from benchmarks.accuracy.scenario import Label, Scenario

CAPTURE = "ntop+nDPI/tests/cfgs/default/pcap/6in4tunnel.pcap"

SCENARIO = Scenario(
    label=Label.HONEST,
    plays=found(
        CAPTURE,
        "www.facebook.com",
        "mail.tomasu.net",
    ),
)
