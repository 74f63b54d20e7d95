"""A captive portal answers for every name, with a public certificate for its own."""

from benchmarks.accuracy.peers import Peer
from benchmarks.accuracy.scenario import Label, Scenario
from benchmarks.accuracy.workshop import owner

SCENARIO = Scenario(
    label=Label.HONEST,
    verdict="faulty",
    verdict_bare="faulty",
    plays=(Peer(presents=owner("portal.hotel.example"), elsewhere=owner()),),
)
