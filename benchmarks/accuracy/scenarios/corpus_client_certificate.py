"""A server that asks for a client certificate (a capture of zeek)."""

from benchmarks.accuracy.captured import found
from benchmarks.accuracy.scenario import Label, Scenario

CAPTURE = "zeek+zeek/testing/btest/Traces/tls/client-certificate.pcap"

SCENARIO = Scenario(
    label=Label.HONEST,
    plays=found(
        CAPTURE,
        "certauth.idrix.fr",
    ),
)
