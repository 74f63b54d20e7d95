"""A company's CA that a public root has signed for the company's own names alone."""

from cryptography import x509

from benchmarks.accuracy.peers import Peer
from benchmarks.accuracy.scenario import Label, Scenario
from benchmarks.accuracy.workshop import ROOT, issuer, owner, public_leaf
from fixtures.chains.authority import certificate

OWN = issuer("Contoso Constrained CA", "Contoso Ltd")
OWN_CA = certificate(
    OWN.subject, OWN.key, ROOT, begin="2025-01-01", end="2030-01-01",
    extensions=(
        (x509.BasicConstraints(ca=True, path_length=0), True),
        (x509.NameConstraints([x509.DNSName("contoso.example")], None), True),
    ),
)  # fmt: skip
LEAF = public_leaf("sync.contoso.example", signer=OWN)

SCENARIO = Scenario(
    label=Label.HONEST,
    verdict="direct",
    verdict_bare="direct",
    plays=(
        Peer(presents=owner("sync.contoso.example").but(LEAF, OWN_CA), host="sync.contoso.example"),
    ),
)
