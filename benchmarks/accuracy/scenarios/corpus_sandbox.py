"""A sandbox answers for a public name with a certificate that it made for its own (a capture of
suricata).
"""

from benchmarks.accuracy.captured import found
from benchmarks.accuracy.scenario import Label, Scenario

CAPTURE = (
    "OISF+suricata-verify/tests/pcap-file-delete-non-alerts-only-flow-timeout-alert/input.pcap"
)

SCENARIO = Scenario(
    label=Label.INTERCEPTION,
    verdict="inspected",
    plays=found(
        CAPTURE,
        "www.apple.com",
    ),
)
