"""Amazon's services in 2017, under roots that programmes have dropped since (a capture of nDPI)."""

from benchmarks.accuracy.captured import found
from benchmarks.accuracy.scenario import Label, Scenario

CAPTURE = "ntop+nDPI/tests/cfgs/default/pcap/alexa-app.pcapng"

SCENARIO = Scenario(
    label=Label.HONEST,
    plays=found(
        CAPTURE,
        "www.amazon.com",
        "cognito-identity.us-east-1.amazonaws.com",
        "s3-external-2.amazonaws.com",
        "android.clients.google.com",
        "52.94.232.134",
    ),
)
