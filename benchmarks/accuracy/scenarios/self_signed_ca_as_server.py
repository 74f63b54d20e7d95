"""A server that presents its own root: one self-signed certificate is CA and leaf."""

from benchmarks.accuracy.peers import Peer
from benchmarks.accuracy.scenario import Label, Scenario
from benchmarks.accuracy.workshop import Presented, issuer, root_of

NAS = issuer("printer.local", "Example Printers")

SCENARIO = Scenario(
    label=Label.HONEST,
    verdict_bare="undecided",
    plays=(
        Peer(presents=Presented(certificates=(root_of(NAS),), key=NAS.key), host="printer.local"),
    ),
)
