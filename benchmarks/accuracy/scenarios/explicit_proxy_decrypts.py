"""A session through an explicit proxy that decrypts, with its CA in the machine's store and not."""

from benchmarks.accuracy.captured import PROXY, Session, Written, connect
from benchmarks.accuracy.scenario import Label, Scenario
from benchmarks.accuracy.workshop import CLOUD, PUBLIC_ROOTS, issuer, minted, owner, root_of

BOX = issuer("Contoso TLS CA 4", "Contoso Ltd")
SESSION = Session(presents=minted(CLOUD, BOX), before=connect(), route=PROXY)

SCENARIO = Scenario(
    label=Label.INTERCEPTION,
    verdict="inspected",
    plays=(
        Written(
            sessions=(SESSION,),
            elsewhere=owner(),
            machine=(*PUBLIC_ROOTS, root_of(BOX)),
            variant="trusted",
        ),
        Written(sessions=(SESSION,), elsewhere=owner(), variant="not trusted"),
    ),
)
