"""A session behind a box, on its side towards the server, under a CA that programmes distrusted
later (a capture of mitmengine).
"""

from benchmarks.accuracy.captured import found
from benchmarks.accuracy.scenario import Label, Scenario

CAPTURE = (
    "cloudflare+mitmengine/reference_fingerprints/pcaps/middleboxes/fortigate-ie/handshake.pcap"
)

SCENARIO = Scenario(
    label=Label.HONEST,
    plays=found(
        CAPTURE,
        "fingerprint.zmap.io",
    ),
)
