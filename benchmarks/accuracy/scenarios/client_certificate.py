"""A server that asks for a client certificate."""

from benchmarks.accuracy.peers import Peer
from benchmarks.accuracy.scenario import Label, Scenario
from benchmarks.accuracy.workshop import owner

SCENARIO = Scenario(
    label=Label.HONEST,
    verdict="direct",
    verdict_bare="direct",
    plays=(
        Peer(presents=owner(), asks_for_client_certificate=True, variant="TLS 1.3"),
        Peer(presents=owner(), asks_for_client_certificate=True, hello="tls12", variant="TLS 1.2"),
    ),
)
