"""A sandbox answers for a public name with a certificate that it made for its own (a capture of
the suricata project).
"""

from benchmarks.accuracy.captured import Found
from benchmarks.accuracy.scenario import Label, Scenario

SCENARIO = Scenario(
    label=Label.INTERCEPTION,
    verdict="inspected",
    plays=(
        Found(
            path="OISF+suricata-verify/tests/pcap-file-delete-non-alerts-only-flow-timeout-alert/input.pcap",
            host="www.apple.com",
            variant="www.apple.com",
        ),
    ),
)
