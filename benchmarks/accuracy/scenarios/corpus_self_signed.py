"""A test server with a certificate that it made for itself (a capture of PcapFlowLab)."""

from benchmarks.accuracy.captured import found
from benchmarks.accuracy.scenario import Label, Scenario

CAPTURE = "AlexeyVasilev+PcapFlowLab/tests/data/parsing/tls/tls_1_2_self_signed_unknown_ca_17.pcap"

SCENARIO = Scenario(
    label=Label.HONEST,
    plays=found(
        CAPTURE,
        "self-signed.badssl.com",
    ),
)
