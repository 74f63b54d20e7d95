"""Revocation lookups in rows: each address, what came from there, and how long it took."""

from collections.abc import Iterator

from tlsprobe.certs.ocsp import Authority, Revocation
from tlsprobe.model.revocation import LookupKind, Lookups, Outcome, RevocationLookup
from tlsprobe.report.labelled import MAX_LIST, labelled
from tlsprobe.report.page import Row, Span, Tone

MAX_LOOKUPS = 6
"""That a normal report shows; those that failed come first."""

_KINDS = {LookupKind.OCSP: "OCSP", LookupKind.CRL: "list", LookupKind.ISSUER: "issuer"}
_ORDER = (Outcome.BLOCKED, Outcome.UNFIT, Outcome.ANSWERED, Outcome.NOT_ASKED)
_TONES = {
    Outcome.BLOCKED: Tone.WARN,
    Outcome.UNFIT: Tone.WARN,
    Outcome.ANSWERED: Tone.PLAIN,
    Outcome.NOT_ASKED: Tone.QUIET,
}
_SIGNERS = {
    Authority.ISSUER: "signed by the CA",
    Authority.DELEGATE: "signed by a responder of the CA's",
    Authority.NOBODY: "signed by nobody who may",
    Authority.UNTOLD: "its signature could not be checked",
}


def rows(lookups: Lookups | None, *, verbose: bool) -> Iterator[Row]:
    """What came of each lookup; nothing where nobody asked."""
    if lookups is None:
        return
    if not lookups:
        yield labelled("revocation", "the chain names no place to ask")
    ordered = sorted(lookups, key=lambda one: _ORDER.index(one.outcome))
    shown = ordered if verbose else ordered[:MAX_LOOKUPS]
    label = "revocation"
    for one in shown:
        yield labelled(label, Span(_line(one), _TONES[one.outcome]), limit=MAX_LIST)
        label = ""
        if verbose:
            yield labelled(
                "", Span(f"asked about {one.certificate.subject}", Tone.QUIET), limit=MAX_LIST
            )
    if len(shown) < len(ordered):
        yield labelled("", f"and {len(ordered) - len(shown)} more")


def _line(one: RevocationLookup) -> str:
    took = "" if one.elapsed is None else f" ({one.elapsed:.1f} ms)"
    return f"{_KINDS[one.kind]} {one.url}: {_outcome(one)}{took}"


def _outcome(one: RevocationLookup) -> str:
    match one.outcome:
        case Outcome.ANSWERED if one.fetched is not None:
            return f"the certificate of {one.fetched.subject}, whose key signed"
        case Outcome.ANSWERED:
            return f"{_status(one)}, {_SIGNERS[one.authority]}{_until(one)}"
        case Outcome.UNFIT:
            return f"of no use: {one.detail}"
        case Outcome.BLOCKED:
            return f"BLOCKED: {one.detail}"
        case Outcome.NOT_ASKED:
            return f"not asked: {one.detail}"


def _status(one: RevocationLookup) -> str:
    if one.status is Revocation.REVOKED:
        when = "" if one.revoked_at is None else f" on {one.revoked_at:%Y-%m-%d}"
        return f"REVOKED{when}" + (f" ({one.reason})" if one.reason else "")
    if one.kind is LookupKind.CRL:
        return "not revoked"
    return "unknown" if one.status is None else one.status.value


def _until(one: RevocationLookup) -> str:
    return "" if one.next_update is None else f", good until {one.next_update:%Y-%m-%d}"
