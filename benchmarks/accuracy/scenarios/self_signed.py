"""A box that signs each leaf by its own key, under the owner's subject."""

from benchmarks.accuracy.peers import Peer
from benchmarks.accuracy.scenario import Label, Scenario
from benchmarks.accuracy.workshop import Presented
from fixtures.chains.authority import Issuer, ec_key, leaf, name


def made_up(host: str) -> Presented:
    """A certificate for that name which signed itself."""
    key = ec_key(f"made up {host}")
    own = Issuer(subject=name(host, "Microsoft Corporation"), key=key)
    return Presented(certificates=(leaf(host, key, own),), key=key)


SCENARIO = Scenario(
    label=Label.INTERCEPTION,
    verdict="inspected",
    plays=(Peer(presents=made_up),),
)
