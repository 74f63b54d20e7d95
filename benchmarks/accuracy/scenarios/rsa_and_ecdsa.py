"""A server with two leafs, one for each kind of key; which one comes depends on the hello."""

from benchmarks.accuracy.peers import Peer
from benchmarks.accuracy.scenario import Label, Scenario
from benchmarks.accuracy.workshop import (
    CLOUD,
    CLOUD_NAMES,
    ISSUING_CA,
    Presented,
    owner,
    public_leaf,
)
from fixtures.chains.authority import rsa_key

KEY = rsa_key("minter")
RSA = Presented(
    certificates=(public_leaf(CLOUD, names=CLOUD_NAMES, key=KEY, note="RSA"), ISSUING_CA), key=KEY
)

SCENARIO = Scenario(
    label=Label.HONEST,
    verdict="direct",
    verdict_bare="direct",
    plays=tuple(
        Peer(presents=RSA, also=owner(), hello=hello, elsewhere=RSA, variant=hello)
        for hello in ("probe", "schannel-2019")
    ),
)
