"""A box that copies the real leaf of a cloud's server whole, with the timestamps of its logs (the
original is in a capture of the JA4 project).
"""

from benchmarks.accuracy.captured import Above, Forgery
from benchmarks.accuracy.scenario import Label, Scenario

CAPTURE = "FoxIO-LLC+ja4/pcap/tls-handshake.pcapng"

SCENARIO = Scenario(
    label=Label.INTERCEPTION,
    verdict="inspected",
    plays=tuple(Forgery(path=CAPTURE, host="login.live.com", above=above) for above in Above),
)
