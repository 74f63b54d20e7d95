"""Microsoft's services in 2020, under CAs that have run out since (a capture of nDPI)."""

from benchmarks.accuracy.captured import found
from benchmarks.accuracy.scenario import Label, Scenario

CAPTURE = "ntop+nDPI/tests/cfgs/default/pcap/teams.pcap"

SCENARIO = Scenario(
    label=Label.HONEST,
    plays=found(
        CAPTURE,
        "login.microsoftonline.com",
        "teams.microsoft.com",
        "substrate.office.com",
        "gate.hockeyapp.net",
        "eu-api.asm.skype.com",
        "52.114.250.152",
    ),
)
