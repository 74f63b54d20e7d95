"""Google's mail server after STARTTLS, asked without a name (a capture of zeek)."""

from benchmarks.accuracy.captured import found
from benchmarks.accuracy.scenario import Label, Scenario

CAPTURE = "zeek+zeek/testing/btest/Traces/tls/smtp-starttls.pcap"

SCENARIO = Scenario(
    label=Label.HONEST,
    plays=found(
        CAPTURE,
        "74.125.142.26",
    ),
)
