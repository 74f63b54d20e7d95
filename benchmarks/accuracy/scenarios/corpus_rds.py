"""A database of Amazon's under the PKI that it runs for those (a capture of zeek)."""

from benchmarks.accuracy.captured import found
from benchmarks.accuracy.scenario import Label, Scenario

CAPTURE = "zeek+zeek/testing/btest/Traces/postgresql/psql-aws-ssl-require.pcap"

SCENARIO = Scenario(
    label=Label.HONEST,
    plays=found(
        CAPTURE,
        "database-1.cyx4x7yvdoay.us-east-1.rds.amazonaws.com",
    ),
)
