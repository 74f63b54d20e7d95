"""Microsoft's services and others in 2023 (a capture of the JA4 project)."""

from benchmarks.accuracy.captured import found
from benchmarks.accuracy.scenario import Label, Scenario

CAPTURE = "FoxIO-LLC+ja4/pcap/tls-handshake.pcapng"

SCENARIO = Scenario(
    label=Label.HONEST,
    plays=found(
        CAPTURE,
        "login.live.com",
        "wcpstatic.microsoft.com",
        "target.microsoft.com",
        "lp-push-server-452.lastpass.com",
    ),
)
