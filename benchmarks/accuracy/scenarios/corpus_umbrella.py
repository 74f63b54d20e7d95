"""Cisco Umbrella answers for a public name, by a leaf of five days (a capture of mercury)."""

from benchmarks.accuracy.captured import found
from benchmarks.accuracy.scenario import Label, Scenario

CAPTURE = "cisco+mercury/unit_tests/pcaps/quic_reordered_frames.pcap"

SCENARIO = Scenario(
    label=Label.INTERCEPTION,
    product="Umbrella",
    verdict="inspected",
    plays=found(
        CAPTURE,
        "ext.surfshark.com",
    ),
)
