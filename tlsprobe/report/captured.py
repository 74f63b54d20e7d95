"""What a full report says of a session in a capture, beside what it says of every endpoint."""

from collections.abc import Iterator
from datetime import datetime

from tlsprobe.certs.cut_certificate import CutCertificate
from tlsprobe.handshake.summary import TLS13, Handshake
from tlsprobe.model.observation import Observation
from tlsprobe.report.labelled import COLUMN, MAX_LIST, MAX_NAME, MAX_TEXT, NO_NAME, labelled
from tlsprobe.report.page import Row, Span, Tone, shortened

RESUMED = "resumed: no certificate is sent in it"
MAX_COMMENTS = 3
"""Comments that are shown in a normal report."""


def is_sealed(handshake: Handshake) -> bool:
    """Whether only keys that nobody gave hide the certificate."""
    return (
        handshake.version == TLS13
        and not handshake.resumed
        and not handshake.certificates
        and not handshake.cut_leaf
        and handshake.sealed > 0
    )


def place(observation: Observation, *, verbose: bool) -> Iterator[Row]:
    """Where it stands, and what was noted there."""
    seen = observation.captured
    if seen is None:
        return
    after = f", after {seen.prelude}" if seen.prelude else ""
    part = "" if seen.complete else "; only a part of it was captured"
    yield labelled(
        "captured",
        f"{shortened(seen.file, MAX_NAME)}, TCP stream {seen.stream}, frame {seen.frame}:"
        f" {seen.client} to {seen.server}{after}{part}",
    )
    shown = seen.comments if verbose else seen.comments[:MAX_COMMENTS]
    for comment in shown:
        yield labelled("comment", comment)


def cut(observation: Observation) -> Iterator[Row]:
    """What came of a chain that loss has cut."""
    leaf = observation.cut_leaf
    if leaf is None:
        if observation.handshake.certificates_cut:
            yield labelled("", "CUT by packet loss here: more certificates were sent")
        return
    subject = "(the subject did not come)" if leaf.subject is None else leaf.subject or NO_NAME
    inner = Span("0", Tone.QUIET)
    yield labelled("chain", shortened(subject, MAX_NAME), inner=inner, hang=COLUMN + 3)
    for text in _of_cut(leaf):
        yield labelled("", Span(text, Tone.QUIET), hang=COLUMN + 3, limit=MAX_LIST)


def _of_cut(leaf: CutCertificate) -> Iterator[str]:
    yield f"CUT by packet loss after {len(leaf.prefix)} bytes: nothing of it can be verified"
    if leaf.issuer is not None:
        yield f"issuer {shortened(leaf.issuer or NO_NAME, MAX_NAME)}"
    yield f"valid {_day(leaf.not_before)} to {_day(leaf.not_after)}"
    if leaf.dns_names:
        yield f"for {', '.join(shortened(one, MAX_TEXT) for one in leaf.dns_names)}"


def sealed(handshake: Handshake) -> Iterator[Row]:
    """What is still visible where no key opens TLS 1.3."""
    if not is_sealed(handshake):
        return
    yield labelled("chain", "TLS 1.3: the certificate is encrypted; give a key log (--keylog)")
    sizes = ", ".join(map(str, handshake.sealed_records))
    yield labelled(
        "sealed",
        f"{handshake.sealed} bytes of the server's certificate flight, in records of {sizes}",
    )
    if handshake.client_sealed is not None:
        yield labelled(
            "", f"then {handshake.client_sealed} bytes, the client's first sealed record"
        )


def packets(observation: Observation, *, verbose: bool) -> Iterator[Row]:
    """What the packets tell beside their payload."""
    seen = observation.captured
    if seen is None:
        return
    told = [
        f"{what} with TTL {ttl}"
        for what, ttl in (("SYN-ACK", seen.syn_ack_ttl), ("ServerHello", seen.answer_ttl))
        if ttl is not None
    ]
    if told and (verbose or seen.syn_ack_ttl != seen.answer_ttl):
        yield labelled("packets", ", ".join(told))
    if seen.overlaps:
        yield labelled(
            "odd packets",
            f"{seen.overlaps} bytes came twice and differently; the first ones count, but for"
            " damaged ones",
        )


def _day(when: datetime | None) -> str:
    return "(did not come)" if when is None else when.date().isoformat()
