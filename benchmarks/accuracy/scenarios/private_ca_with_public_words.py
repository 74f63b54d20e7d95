"""A company that calls its own root as public CAs call theirs."""

from benchmarks.accuracy.peers import Peer
from benchmarks.accuracy.scenario import Label, Scenario
from benchmarks.accuracy.workshop import INTERNAL, PUBLIC_ROOTS, issuer, private, root_of

PKI = issuer("DigiCert Microsoft GlobalSign Corporate Root", "Contoso Trust Services")

SCENARIO = Scenario(
    label=Label.HONEST,
    verdict="undecided",
    verdict_bare="undecided",
    plays=(
        Peer(presents=private(INTERNAL, PKI), host=INTERNAL, machine=(*PUBLIC_ROOTS, root_of(PKI))),
    ),
)
