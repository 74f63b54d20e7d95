"""A home appliance with a certificate that it made for itself."""

from benchmarks.accuracy.peers import Peer
from benchmarks.accuracy.scenario import Label, Scenario
from benchmarks.accuracy.workshop import Presented
from fixtures.chains.authority import Issuer, ec_key, leaf, name

NAS = Issuer(subject=name("nas.home.arpa", "Example Storage"), key=ec_key("nas"))
PAGE = leaf(
    "nas.home.arpa",
    NAS.key,
    Issuer(subject=name("nas.home.arpa", "Example Storage"), key=NAS.key),
    begin="2024-01-01",
    end="2034-01-01",
)

SCENARIO = Scenario(
    label=Label.HONEST,
    verdict="undecided",
    verdict_bare="undecided",
    plays=(Peer(presents=Presented(certificates=(PAGE,), key=NAS.key), host="nas.home.arpa"),),
)
