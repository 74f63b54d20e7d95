"""A page and what it loads, in 2020 (a capture of nDPI)."""

from benchmarks.accuracy.captured import found
from benchmarks.accuracy.scenario import Label, Scenario

CAPTURE = "ntop+nDPI/tests/cfgs/default/pcap/reddit.pcap"

SCENARIO = Scenario(
    label=Label.HONEST,
    plays=found(
        CAPTURE,
        "www.reddit.com",
        "platform.twitter.com",
        "aax-eu.amazon-adsystem.com",
        "d9.flashtalking.com",
    ),
)
