"""A server that is asked for by its address, and has a public certificate for it."""

from ipaddress import ip_address

from cryptography import x509

from benchmarks.accuracy.peers import Peer
from benchmarks.accuracy.scenario import Label, Scenario
from benchmarks.accuracy.workshop import ISSUING, ISSUING_CA, Presented
from fixtures.chains.authority import ec_key, leaf

ADDRESS = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
KEY = ec_key("by address")
LEAF = leaf("127.0.0.1", KEY, ISSUING, names=(), extensions=((ADDRESS, False),))

SCENARIO = Scenario(
    label=Label.HONEST,
    verdict="direct",
    verdict_bare="direct",
    plays=(Peer(presents=Presented(certificates=(LEAF, ISSUING_CA), key=KEY), host="127.0.0.1"),),
)
