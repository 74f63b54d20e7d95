"""A server of Microsoft's under a new root of its own, as captured in 2026 (a capture of
PcapFlowLab).
"""

from benchmarks.accuracy.captured import found
from benchmarks.accuracy.scenario import Label, Scenario

CAPTURE = "AlexeyVasilev+PcapFlowLab/examples/showcase/pcap_flow_lab_showcase.pcap"

SCENARIO = Scenario(
    label=Label.HONEST,
    plays=found(
        CAPTURE,
        "edge.microsoft.com",
    ),
)
