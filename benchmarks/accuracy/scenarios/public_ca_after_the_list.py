"""Three years on, the owner has moved to a root that programmes took up meanwhile; the lists here
are as old as the program, and the leaf is logged in logs of that time.
"""

from datetime import timedelta

from benchmarks.accuracy.peers import Peer
from benchmarks.accuracy.scenario import Label, Scenario
from benchmarks.accuracy.workshop import (
    CLOUD,
    CLOUD_NAMES,
    PUBLIC_ROOTS,
    issuer,
    owner,
    public_leaf,
    root_of,
)
from fixtures.chains.authority import Issuer, ca, ec_key

NEW = issuer("Tomorrow Global Root G1", "Tomorrow Trust")
ISSUED = ca(
    issuer("Tomorrow TLS CA 3", "Tomorrow Trust").subject,
    ec_key("tomorrow 3"),
    NEW,
    begin="2028-01-01",
    end="2035-01-01",
)
SIGNER = Issuer(subject=ISSUED.subject, key=ec_key("tomorrow 3"))
LEAF = public_leaf(CLOUD, names=CLOUD_NAMES, signer=SIGNER, begin="2029-10-20", end="2029-12-05")
ROOTS = (*PUBLIC_ROOTS, root_of(NEW, begin="2027-05-01"))

SCENARIO = Scenario(
    label=Label.HONEST,
    plays=(
        Peer(
            presents=owner().but(LEAF, ISSUED),
            machine=ROOTS,
            clock_off=timedelta(days=3 * 365),
        ),
    ),
)
