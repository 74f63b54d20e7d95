"""Google in 2023 by TLS 1.3, with the key log (a capture of snet)."""

from benchmarks.accuracy.captured import found
from benchmarks.accuracy.scenario import Label, Scenario

CAPTURE = "Voev+snet/tests/pcap/data/decrypt_by_keylog/tls1.3_curl_google.pcap"

SCENARIO = Scenario(
    label=Label.HONEST,
    plays=found(
        CAPTURE,
        "www.google.com",
    ),
)
