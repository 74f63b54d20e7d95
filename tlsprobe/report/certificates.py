"""Certificates in rows: whose they are, who signed them, by which key and how long they are good."""

from collections.abc import Iterator

from tlsprobe.certs.certificate import Certificate
from tlsprobe.certs.pins import spki_pin
from tlsprobe.report.labelled import COLUMN, MAX_LIST, MAX_NAME, MAX_TEXT, NO_NAME, labelled
from tlsprobe.report.page import Row, Span, Tone, shortened

MAX_CERTIFICATES = 6


def rows(chain: tuple[Certificate, ...], *, verbose: bool, label: str = "chain") -> Iterator[Row]:
    """A chain as it was presented; in brief, its first certificates without their details."""
    shown = chain if verbose else chain[:MAX_CERTIFICATES]
    for index, one in enumerate(shown):
        following = chain[index + 1] if index + 1 < len(chain) else None
        pieces = _lines(one, following, verbose=verbose)
        yield labelled(
            "" if index else label,
            shortened(next(pieces), MAX_NAME),
            inner=Span(str(index), Tone.QUIET),
            hang=COLUMN + 3,
        )
        for piece in pieces:
            yield labelled("", Span(piece, Tone.QUIET), hang=COLUMN + 3, limit=MAX_LIST)
    if len(shown) < len(chain):
        yield labelled("", f"and {len(chain) - len(shown)} more certificates")


def _lines(one: Certificate, following: Certificate | None, *, verbose: bool) -> Iterator[str]:
    """Its lines, the subject first; the issuer where the next one is not by that name."""
    yield named(one.subject, one.subject_der)
    if one.self_issued:
        yield "issuer: itself"
    elif following is None or following.subject_der != one.issuer_der or verbose:
        yield f"issuer {shortened(issuer(one), MAX_NAME)}"
    yield f"key {spki_pin(one.spki_sha256)}"
    validity = f"valid {_day(one, begin=True)} to {_day(one, begin=False)}"
    if not verbose:
        yield validity
        return
    yield f"{validity}, {one.key_type}, signed with {one.signature_algorithm}"
    yield f"sha256 {one.sha256.hex()}"
    if one.dns_names:
        yield f"for {', '.join(shortened(name, MAX_TEXT) for name in one.dns_names)}"
    for fault in one.faults:
        yield shortened(f"broken: {fault}", MAX_TEXT)


def issuer(one: Certificate) -> str:
    """The name of who signed it, for people."""
    return named(one.issuer, one.issuer_der)


def named(text: str, der: bytes) -> str:
    """A distinguished name, or what there is in its place."""
    return (text or NO_NAME) if der else "(unreadable name)"


def _day(one: Certificate, *, begin: bool) -> str:
    when = one.not_before if begin else one.not_after
    return "(unreadable)" if when is None else when.date().isoformat()
