"""A page and what it loads, in 2021 (a capture of PcapPlusPlus)."""

from benchmarks.accuracy.captured import found
from benchmarks.accuracy.scenario import Label, Scenario

CAPTURE = "seladb+PcapPlusPlus/Tests/ExamplesTest/pcap_examples/tls2.pcap"

SCENARIO = Scenario(
    label=Label.HONEST,
    plays=found(
        CAPTURE,
        "elb-ore-amz.nimbus.bitdefender.net",
        "dpm.demdex.net",
        "ws.mmstat.com",
        "www.ant.com",
        "ib.adnxs.com",
    ),
)
