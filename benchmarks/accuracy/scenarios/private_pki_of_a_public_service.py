"""A public service of which only that is written down that its owner runs a PKI of his own."""

from benchmarks.accuracy.peers import Peer
from benchmarks.accuracy.scenario import Label, Scenario
from benchmarks.accuracy.workshop import issuer, private

PKI = issuer("Primary Certificate Authority (2031)", "Netflix Inc")
HOST = "ios.nccp.netflix.com"

SCENARIO = Scenario(
    label=Label.HONEST,
    verdict="undecided",
    plays=(Peer(presents=private(HOST, PKI, names=("*.nccp.netflix.com",)), host=HOST),),
)
