"""A content network's one leaf for names of many owners."""

from benchmarks.accuracy.peers import Peer
from benchmarks.accuracy.scenario import Label, Scenario
from benchmarks.accuracy.workshop import CLOUD, STRANGER, owner

MANY = (STRANGER, "news.example.org", "*.bank.example", "video.example.com", CLOUD)

SCENARIO = Scenario(
    label=Label.HONEST,
    verdict="direct",
    verdict_bare="direct",
    plays=(
        Peer(presents=owner(CLOUD, names=MANY)),
        Peer(presents=owner(STRANGER, names=MANY), host=STRANGER, variant="another owner"),
    ),
)
