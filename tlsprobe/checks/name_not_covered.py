"""The leaf is for other names than the one that was asked for."""

from collections.abc import Iterator

from tlsprobe.certs.names import common_name_only, covers, expected_names
from tlsprobe.checks._registry import Need, check
from tlsprobe.model.canary import Arrival
from tlsprobe.model.finding import Finding, Ground, Leaning, Weight
from tlsprobe.model.observation import Observation
from tlsprobe.model.reference import Reference
from tlsprobe.wire.ip_literals import is_ip_literal

SHOWN = 8


@check(Need.CHAIN, ground=Ground.NAME, cites="RFC 9525 section 6")
def name_not_covered(observation: Observation, reference: Reference) -> Iterator[Finding]:
    """The leaf does not cover the host: a wrong server, a default certificate, a block page.

    Where a capture shows only the address that was spoken to, the name is not known: clients need not
    send the one that they have in mind. A canary whose TLS session is this one is the right server,
    by whatever name it is reached.
    """
    leaf, host = observation.chain[0], observation.target.host
    if observation.canary is not None and observation.canary.arrival() is Arrival.WHOLE:
        return
    if covers(leaf, host) or (observation.captured is not None and is_ip_literal(host)):
        return
    names = expected_names(leaf)
    only = "; only its common name, which clients ignore, does"
    yield Finding(
        leaning=Leaning.FAULT,
        weight=Weight.STRONG,
        summary=f"the certificate does not cover {host}, so another server answers, or a block page"
        + (only if common_name_only(leaf, host) else ""),
        facts={"covers": list(names[:SHOWN]), "names": len(names)},
    )
