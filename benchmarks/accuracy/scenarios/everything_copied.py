"""A box that copies the owner's leaf whole: subject, serial, validity, extensions, key
identifiers, timestamps; its false CAs are copies as well.
"""

from benchmarks.accuracy.peers import Peer
from benchmarks.accuracy.scenario import Label, Scenario
from benchmarks.accuracy.workshop import (
    ISSUING_CA,
    PUBLIC_ROOTS,
    ROOT_CA,
    Presented,
    forged,
    issuer,
    owner,
)
from fixtures.chains.authority import ec_key

ABOVE = issuer("Bench Public Root R1", "Bench Trust Services", key=ec_key("copied root"))
COPIED = issuer("Bench Public TLS CA 01", "Bench Trust Services", key=ec_key("copied CA"))
KEY = ec_key("forger's leaf")
FALSE_CA = forged(ISSUING_CA, COPIED.key, ABOVE)
FALSE_ROOT = forged(ROOT_CA, ABOVE.key, ABOVE)
LEAF = forged(owner().certificates[0], KEY, COPIED)

SCENARIO = Scenario(
    label=Label.INTERCEPTION,
    verdict="inspected",
    verdict_bare="inspected",
    plays=(
        Peer(
            presents=lambda _: Presented(certificates=(LEAF, FALSE_CA, FALSE_ROOT), key=KEY),
            machine=(*PUBLIC_ROOTS, FALSE_ROOT),
            elsewhere=owner(),
        ),
    ),
)
