"""A box under its own name that copies the owner's extensions, timestamps among them."""

from cryptography import x509

from benchmarks.accuracy.peers import Peer
from benchmarks.accuracy.scenario import Label, Scenario
from benchmarks.accuracy.workshop import (
    CLOUD,
    CLOUD_NAMES,
    PUBLIC_ROOTS,
    Presented,
    issuer,
    owner,
    root_of,
)
from fixtures.chains.authority import ec_key, leaf

KEY = ec_key("forger's leaf")
BOX = issuer("Contoso TLS CA 4", "Contoso Ltd")
TRUE = owner().certificates[0]
SCTS = TRUE.extensions.get_extension_for_class(x509.PrecertificateSignedCertificateTimestamps)
COPIED = x509.UnrecognizedExtension(SCTS.oid, SCTS.value.public_bytes())
LEAF = leaf(CLOUD, KEY, BOX, names=CLOUD_NAMES, extensions=((COPIED, False),))

SCENARIO = Scenario(
    label=Label.INTERCEPTION,
    verdict="inspected",
    plays=(
        Peer(
            presents=lambda _: Presented(certificates=(LEAF, root_of(BOX)), key=KEY),
            machine=(*PUBLIC_ROOTS, root_of(BOX)),
            variant="CA sent",
        ),
        Peer(presents=lambda _: Presented(certificates=(LEAF,), key=KEY), variant="leaf alone"),
    ),
)
