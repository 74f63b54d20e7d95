"""A company inspects public names, and has exempted this one."""

from benchmarks.accuracy.captured import Session, Written
from benchmarks.accuracy.scenario import Label, Scenario
from benchmarks.accuracy.workshop import PUBLIC_ROOTS, issuer, minted, owner, root_of

BOX = issuer("Contoso Web Proxy CA", "Contoso Ltd")
OTHERS = tuple(
    Session(presents=minted(host, BOX), host=host)
    for host in ("accounts.google.com", "login.okta.com")
)

SCENARIO = Scenario(
    label=Label.HONEST,
    verdict="direct",
    verdict_bare="direct",
    plays=(
        Written(
            sessions=(Session(presents=owner()), *OTHERS), machine=(*PUBLIC_ROOTS, root_of(BOX))
        ),
    ),
)
