"""The server does not send an intermediate that it must send."""

from collections.abc import Iterator

from tlsprobe.certs.certificate import Certificate
from tlsprobe.certs.chain import Path
from tlsprobe.certs.pins import spki_pin
from tlsprobe.checks._registry import Need, check
from tlsprobe.model.finding import Finding, Ground, Leaning, Weight
from tlsprobe.model.observation import Observation, SourceKind
from tlsprobe.model.paths import claimed_issuers, is_cut, public_path, public_path_of, same_leaf
from tlsprobe.model.reference import Reference
from tlsprobe.model.revocation import fetched_issuers
from tlsprobe.model.transparency import publicly_signed


@check(Need.CHAIN, ground=Ground.SHAPE, cites="RFC 8446 section 4.4.2")
def intermediate_missing(observation: Observation, reference: Reference) -> Iterator[Finding]:
    """A client that has only roots cannot complete the chain; it is the server's fault alone.

    A server, or one of a fleet, may send it at one time and not at another: then clients fail now
    and then, and nothing looks wrong when somebody looks. One that no list knows is missed where a
    public log shows that there is one. Where loss has cut the chain in a capture, what is missing may
    have been sent. Where the intermediate is known by a list only, its key cannot verify the chain: the
    fault is the server's if the chain is genuine, which a copy would claim too. It stays a fault where
    the intermediate could be fetched: clients other than Windows' and browsers do not do that.
    """
    path = public_path(observation, reference)
    if is_cut(observation):
        return
    fetched = [one for one in fetched_issuers(observation.revocation) if one in path.links]
    if fetched and (path.anchor is not None or publicly_signed(observation, reference)):
        yield _fetched(fetched[0], path)
        return
    if path.anchor is None:
        if len(path.links) == 1 and publicly_signed(observation, reference):
            yield _missing(path)
        else:
            yield from _claimed(observation, reference)
        return
    for look in (observation, *same_leaf(observation, reference)):
        if look.source is SourceKind.BASELINE:
            continue
        if public_path_of(look.chain, observation, reference).anchor is None:
            yield Finding(
                leaning=Leaning.FAULT,
                weight=Weight.STRONG,
                summary=f"the server did not send every intermediate to the hello of {look.profile},"
                " though it did to another",
                facts={"sent": [one.subject for one in look.chain]},
            )
    if path.missing_intermediate:
        yield _missing(path)
    elif not path.anchor.root:
        yield from _claimed(observation, reference)


def _missing(path: Path) -> Finding:
    return Finding(
        leaning=Leaning.FAULT,
        weight=Weight.STRONG,
        summary=f"the server does not send the intermediate {path.links[-1].issuer}",
        facts={"missing": path.links[-1].issuer,
               "fetch_from": list(path.links[-1].ca_issuer_urls)},
    )  # fmt: skip


def _fetched(missing: Certificate, path: Path) -> Finding:
    below = path.links[path.links.index(missing) - 1]
    return Finding(
        leaning=Leaning.FAULT,
        weight=Weight.STRONG,
        summary=f"the server does not send the intermediate {missing.subject}; it could be fetched from"
        " where the certificate says, as some clients do",
        facts={"missing": missing.subject, "fetch_from": list(below.ca_issuer_urls)},
    )


def _claimed(observation: Observation, reference: Reference) -> Iterator[Finding]:
    named = [ca for ca in claimed_issuers(observation, reference) if not ca.root]
    if named:
        top = public_path(observation, reference).links[-1]
        yield Finding(
            leaning=Leaning.FAULT,
            weight=Weight.STRONG,
            summary=f"the server does not send the intermediate {top.issuer}: the certificate names"
            " this public CA and its key, and without it nobody can verify that",
            facts={"missing": top.issuer,
                   "key": [spki_pin(ca.spki_sha256) for ca in named],
                   "listed_by": named[0].origin,
                   "fetch_from": list(top.ca_issuer_urls)},
        )  # fmt: skip
