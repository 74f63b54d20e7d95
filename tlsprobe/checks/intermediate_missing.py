"""The server does not send an intermediate that it must send."""

from collections.abc import Iterator

from tlsprobe.certs.chain import Path, build
from tlsprobe.checks._registry import Need, check
from tlsprobe.model.finding import Finding, Ground, Leaning, Weight
from tlsprobe.model.observation import Observation
from tlsprobe.model.paths import is_cut, public_path, public_store, same_leaf
from tlsprobe.model.reference import Reference
from tlsprobe.model.transparency import publicly_signed


@check(Need.CHAIN, ground=Ground.SHAPE, cites="RFC 8446 section 4.4.2")
def intermediate_missing(observation: Observation, reference: Reference) -> Iterator[Finding]:
    """A client that has only roots cannot complete the chain; it is the server's fault alone.

    A server, or one of a fleet, may send it at one time and not at another: then clients fail now
    and then, and nothing looks wrong when somebody looks. One that no list knows is missed where a
    public log shows that there is one. Where loss has cut the chain in a capture,
    what is missing may have been sent.
    """
    path = public_path(observation, reference)
    if is_cut(observation):
        return
    if path.anchor is None:
        if len(path.links) == 1 and publicly_signed(observation, reference):
            yield _missing(path)
        return
    public = public_store(observation, reference)
    for look in (observation, *same_leaf(observation, reference)):
        if build(look.chain, public).anchor is None:
            yield Finding(
                leaning=Leaning.FAULT,
                weight=Weight.STRONG,
                summary=f"the server did not send every intermediate to the hello of {look.profile},"
                " though it did to another",
                facts={"sent": [one.subject for one in look.chain]},
            )
    if path.missing_intermediate:
        yield _missing(path)


def _missing(path: Path) -> Finding:
    return Finding(
        leaning=Leaning.FAULT,
        weight=Weight.STRONG,
        summary=f"the server does not send the intermediate {path.links[-1].issuer}",
        facts={"missing": path.links[-1].issuer,
               "fetch_from": list(path.links[-1].ca_issuer_urls)},
    )  # fmt: skip
