"""A database server with its own generated CA (a capture of arkime)."""

from benchmarks.accuracy.captured import found
from benchmarks.accuracy.scenario import Label, Scenario

CAPTURE = "arkime+arkime/tests/pcap/mysql-tls.pcap"

SCENARIO = Scenario(
    label=Label.HONEST,
    plays=found(
        CAPTURE,
        "10.10.10.11",
    ),
)
