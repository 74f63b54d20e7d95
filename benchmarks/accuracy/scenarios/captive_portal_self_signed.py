"""A captive portal answers for every name, with a certificate that it made for its own."""

from benchmarks.accuracy.peers import Peer
from benchmarks.accuracy.scenario import Label, Scenario
from benchmarks.accuracy.workshop import issuer, owner, private

PORTAL = issuer("portal.hotel.example", "Example Hotel Wi-Fi")
PAGE = private("portal.hotel.example", PORTAL)

SCENARIO = Scenario(
    label=Label.HONEST,
    plays=(Peer(presents=PAGE, elsewhere=owner()),),
)
