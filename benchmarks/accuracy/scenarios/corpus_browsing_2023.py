"""Three browsers in 2023 (a capture of the JA4 project)."""

from benchmarks.accuracy.captured import found
from benchmarks.accuracy.scenario import Label, Scenario

CAPTURE = "FoxIO-LLC+ja4/pcap/browsers-x509.pcapng"

SCENARIO = Scenario(
    label=Label.HONEST,
    plays=found(
        CAPTURE,
        "edge.microsoft.com",
        "nym1-ib.adnxs.com",
        "lptag.liveperson.net",
    ),
)
