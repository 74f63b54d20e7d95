"""Cisco Umbrella answers for a public name, by a leaf of five days (a capture of the mercury
project).
"""

from benchmarks.accuracy.captured import Found
from benchmarks.accuracy.scenario import Label, Scenario

SCENARIO = Scenario(
    label=Label.INTERCEPTION,
    product="Umbrella",
    verdict="inspected",
    plays=(
        Found(
            path="cisco+mercury/unit_tests/pcaps/quic_reordered_frames.pcap",
            host="ext.surfshark.com",
            variant="ext.surfshark.com",
        ),
    ),
)
