"""A machine's own certificate for its remote desktop (a capture of zeek)."""

from benchmarks.accuracy.captured import found
from benchmarks.accuracy.scenario import Label, Scenario

CAPTURE = "zeek+zeek/testing/btest/Traces/rdp/rdp-no-cookie-mstshash.pcap"

SCENARIO = Scenario(
    label=Label.HONEST,
    plays=found(
        CAPTURE,
        "10.132.153.76",
    ),
)
