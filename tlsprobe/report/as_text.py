"""One report in full, for somebody who does not believe it yet.

The verdict in one sentence; what speaks for it, each reason with its weight and with facts that can
be checked elsewhere; what speaks against it; what was seen; what was not looked at. A normal report
is a screenful: `verbose` adds every fact of every finding, more of the certificates, fingerprints.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime

from tlsprobe.certs.distinguished_name import decode as decode_name
from tlsprobe.certs.pins import spki_pin
from tlsprobe.handshake.events import KeyProof
from tlsprobe.handshake.summary import Handshake
from tlsprobe.model.finding import CheckResult, Fact, Finding, Ran, Weight
from tlsprobe.model.observation import Observation, Target
from tlsprobe.model.report import Report
from tlsprobe.model.revocation_effects import INSISTING
from tlsprobe.model.verdict import Conclusion, PinStatus, Verdict
from tlsprobe.report import (
    as_path,
    canaries,
    captured,
    certificates,
    fingerprints,
    looks,
    lookups,
    proxied,
    ways,
)
from tlsprobe.report.labelled import COLUMN, MAX_LIST, MAX_NAME, MAX_TEXT, NO_NAME, labelled
from tlsprobe.report.lacking import in_short
from tlsprobe.report.page import Row, Span, Tone, shortened
from tlsprobe.wire.codepoints import cipher_suite_name, group_name, version_name
from tlsprobe.wire.ip_literals import join_host_port
from tlsprobe.wire.messages import CertificateRequest

MAX_VALUES = 3
"""Members of a list of facts in a normal report."""
MAX_ANOMALIES = 2

TONES: Mapping[Conclusion, Tone] = {
    Conclusion.DIRECT: Tone.GOOD,
    Conclusion.INSPECTED: Tone.BAD,
    Conclusion.TERMINATED: Tone.BAD,
    Conclusion.PIN_BROKEN: Tone.WARN,
    Conclusion.FAULTY: Tone.WARN,
    Conclusion.BLOCKED: Tone.LABEL,
    Conclusion.UNDECIDED: Tone.LABEL,
}

_PROOFS = {
    KeyProof.PROVEN: "the peer proved to hold the leaf's key",
    KeyProof.FAILED: "the peer's proof of the leaf's key FAILED",
    KeyProof.NOT_SEEN: "no proof of the leaf's key was seen",
    KeyProof.UNREADABLE: "the proof of the leaf's key could not be checked",
}
_WEIGHTS = {Weight.PROOF: Tone.LABEL, Weight.STRONG: Tone.PLAIN, Weight.HINT: Tone.QUIET}
_BREAKS = {
    "untrusted-by-clients-without-the-CA": "clients that do not trust its CA",
    "pinned-clients": "clients that pin keys",
    "client-certificate": "logins by client certificate",
    "large-hellos": "young clients' large hellos (X25519MLKEM768: Chrome, Edge, Go 1.24)",
    "other-hellos": "clients whose hello comes in pieces",
    INSISTING: "clients that insist on a revocation check (.NET, WinHTTP, curl on Windows)",
    "strict-verifiers": "clients that verify strictly (Python 3.13 and later)",
}
_PINS = {
    PinStatus.MATCHED: "matched: a pinned key is in the verified chain",
    PinStatus.BROKEN: "BROKEN: none of the pinned keys is in the verified chain",
    PinStatus.NONE_GIVEN: "none given",
    PinStatus.NOT_SEEN: "not seen: there was no chain to hold them against",
}


def rows(report: Report, *, verbose: bool = False) -> Iterator[Row]:
    """The report, row by row."""
    verdict, observation = report.verdict, report.observation
    yield Row(
        heads=((0, Span(f"{verdict.conclusion.value}:", TONES[verdict.conclusion])),),
        spans=(Span(shortened(_headline(report), MAX_TEXT)),),
        hang=2,
    )
    yield Row()
    yield from _endpoint(observation, verbose=verbose)
    yield from captured.place(observation, verbose=verbose)
    yield from proxied.rows(observation, verbose=verbose)
    yield from _who(report)
    yield from _reasons("why", verdict.because, verbose=verbose)
    # A hint against a verdict that others decided reads as a doubt where there is none.
    against = tuple(pair for pair in verdict.against if verbose or pair[1].weight > Weight.HINT)
    yield from _reasons("against it", against, verbose=verbose)
    yield from _failure(observation)
    yield from certificates.rows(observation.chain, verbose=verbose)
    yield from captured.cut(observation)
    yield from captured.sealed(observation.handshake)
    yield from _tls(observation.handshake)
    yield from _oddities(observation.handshake, verbose=verbose)
    yield from _pins(report, verbose=verbose)
    for look in (observation, *report.controls):
        yield from looks.rows(look, observation, verbose=verbose)
    yield from lookups.rows(observation.revocation, verbose=verbose)
    yield from ways.names(observation, verbose=verbose)
    yield from ways.unreached(observation)
    yield from ways.slower(observation)
    yield from as_path.line(observation.hops)
    expected = frozenset(report.pins.expected)
    yield from canaries.rows(observation.canary, expected, verbose=verbose)
    yield from _breaks(report)
    yield from _not_looked_at(report, verbose=verbose)
    yield from _left_out(observation)
    yield from _timings(observation)
    yield from captured.packets(observation, verbose=verbose)
    if verbose:
        yield from ways.hello(observation)
    yield from fingerprints.rows(observation, verbose=verbose)
    if verbose:
        yield labelled("rule", verdict.rule)


def endpoint(target: Target) -> str:
    """Host and port as they are typed: ``[2001:db8::1]:443``."""
    return join_host_port(target.host, target.port)


def signer(verdict: Verdict) -> str | None:
    """The name under which a path re-signs; None where nothing is re-signed, or nobody is named.

    A public chain (`terminated`) was signed by the CA that it names, which is not to blame.
    """
    if verdict.interceptor is None or verdict.conclusion is not Conclusion.INSPECTED:
        return None
    return verdict.interceptor.issuer or NO_NAME


def _headline(report: Report) -> str:
    """The sentence, without the reason that it ends in where that stands below."""
    verdict, failure = report.verdict, report.observation.failure
    reasons = [finding.summary for _, finding in verdict.because[:1]]
    if failure is not None:
        reasons.append(failure.detail)
    for reason in reasons:
        head, found, _ = verdict.summary.partition(f": {reason}")
        if found:
            return head
    return verdict.summary


def _endpoint(observation: Observation, *, verbose: bool) -> Iterator[Row]:
    target = observation.target
    text = endpoint(target)
    if target.address is not None and target.address != target.host:
        text += f" at {target.address}"
    if target.via is not None:
        text += f" through {target.via}"
    if target.sni is None:
        seen = observation.captured is None or observation.handshake.client_hello is not None
        text += ", no server name sent" if seen else ", server name not seen"
    elif target.sni != target.host or verbose:
        text += f", server name {target.sni}"
    if observation.captured is None:
        text += f", hello {observation.profile}"
    text += f", {_when(observation.taken)}"
    yield labelled("endpoint", text, limit=MAX_LIST)


def _when(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"


def _who(report: Report) -> Iterator[Row]:
    who = report.verdict.interceptor
    if who is None:
        return
    parts: list[str] = []
    name = signer(report.verdict)
    if name is not None and name not in _headline(report):
        parts.append(f"signs under the name {shortened(name, MAX_NAME)}")
    product = " ".join(shortened(part, MAX_NAME) for part in who.labels)
    if product:
        sure = f"{who.confidence}: " if who.confidence else ""
        parts.append(f"by what it writes {product} ({sure}a label, not a proof)")
    if who.hop is not None:
        parts.append(f"at hop {who.hop}")
    if parts:
        yield labelled("interceptor", "; ".join(parts), limit=MAX_LIST)


def _reasons(
    label: str, reasons: tuple[tuple[CheckResult, Finding], ...], *, verbose: bool
) -> Iterator[Row]:
    for result, finding in reasons:
        weight = finding.weight
        summary = Span(finding.summary, Tone.QUIET if weight is Weight.HINT else Tone.PLAIN)
        name = (Span(f" [{result.check}]", Tone.QUIET),) if verbose else ()
        inner = Span(weight.name.lower(), _WEIGHTS[weight])
        yield labelled(label, summary, *name, inner=inner, hang=COLUMN + 8)
        label = ""
        if verbose:
            for key, value in finding.facts.items():
                fact = Span(f"{_words(key)}: {_value(value)}", Tone.QUIET)
                limit = MAX_LIST if isinstance(value, list) else MAX_TEXT
                yield labelled("", fact, hang=COLUMN + 10, limit=limit)
        elif weight > Weight.HINT:
            facts = "; ".join(_new_facts(finding))
            if facts:
                yield labelled("", Span(facts, Tone.QUIET), hang=COLUMN + 8, limit=MAX_LIST)


def _new_facts(finding: Finding) -> Iterator[str]:
    """Facts that the sentence does not tell already."""
    for key, value in finding.facts.items():
        text = _value(value, limit=MAX_VALUES)
        if value is not None and text and text not in finding.summary:
            yield f"{_words(key)} {shortened(text, 2 * MAX_NAME)}"


def _words(key: str) -> str:
    return key.replace("_", " ")


def _value(value: Fact, *, limit: int | None = None) -> str:
    match value:
        case None:
            return "unknown"
        case bool():
            return "yes" if value else "no"
        case list():
            shown = ", ".join(shortened(one, MAX_TEXT) for one in value[:limit])
            left = 0 if limit is None else len(value) - limit
            return f"{shown} and {left} more" if left > 0 else shown
        case _:
            return str(value)


def _failure(observation: Observation) -> Iterator[Row]:
    failure = observation.failure
    if failure is not None:
        yield labelled("failure", f"{failure.stage.value}: {failure.kind.value}: {failure.detail}")


def _tls(handshake: Handshake) -> Iterator[Row]:
    if handshake.version is not None and handshake.cipher_suite is not None:
        parts = [version_name(handshake.version), cipher_suite_name(handshake.cipher_suite)]
        if handshake.group is not None:
            parts.append(group_name(handshake.group))
        if handshake.alpn is not None:
            parts.append(f"ALPN {handshake.alpn.decode('ascii', 'backslashreplace')}")
        proof = captured.RESUMED if handshake.resumed else _PROOFS[handshake.key_proof]
        yield labelled("tls", f"{', '.join(parts)}; {proof}")
    request = handshake.certificate_request
    if request is not None:
        yield labelled("asks for", f"a client certificate {_accepted(request)}", limit=MAX_LIST)


def _accepted(request: CertificateRequest) -> str:
    """Whose certificate it is to be."""
    names = [
        shortened(certificates.named(decode_name(name).text, name), MAX_NAME)
        for name in request.authorities[:MAX_VALUES]
    ]
    left = len(request.authorities) - len(names)
    listed = f"of {'; '.join(names)}" if names else "of any CA"
    return f"{listed} and {left} more" if left else listed


def _oddities(handshake: Handshake, *, verbose: bool) -> Iterator[Row]:
    for one in handshake.alerts:
        level = "fatal" if one.alert.fatal else "warning"
        yield labelled("alert", f"{one.alert.name} ({level}), sent by the {one.direction.value}")
    shown = handshake.anomalies if verbose else handshake.anomalies[:MAX_ANOMALIES]
    for anomaly in shown:
        yield labelled(
            "odd bytes", f"{anomaly.kind.value} by the {anomaly.direction.value}: {anomaly.detail}"
        )
    if len(shown) < len(handshake.anomalies):
        yield labelled("", f"and {len(handshake.anomalies) - len(shown)} more")


def _pins(report: Report, *, verbose: bool) -> Iterator[Row]:
    pins = report.pins
    tone = Tone.WARN if pins.status is PinStatus.BROKEN else Tone.PLAIN
    yield labelled("pins", Span(_PINS[pins.status], tone))
    if pins.status is PinStatus.BROKEN or (verbose and pins.expected):
        shown = pins.expected if verbose else pins.expected[:MAX_VALUES]
        for key in shown:
            yield labelled("", Span(f"expected {spki_pin(key)}", Tone.QUIET))
        if len(shown) < len(pins.expected):
            yield labelled("", Span(f"and {len(pins.expected) - len(shown)} more", Tone.QUIET))


def _breaks(report: Report) -> Iterator[Row]:
    breaks = [_BREAKS.get(one, one.replace("-", " ")) for one in report.verdict.breaks]
    if breaks:
        yield labelled("breaks", "; ".join(breaks))


def _not_looked_at(report: Report, *, verbose: bool) -> Iterator[Row]:
    """What was lacking, once each: what was not looked at, and so what could still decide it."""
    lacking: dict[str, list[str]] = {}
    for result in report.verdict.not_looked_at:
        if result.ran is Ran.BROKE:
            yield labelled(
                "defect", Span(f"the check {result.check} broke: {result.lacked}", Tone.BAD)
            )
        else:
            lacking.setdefault(result.lacked, []).append(result.check)
    undecided = report.verdict.conclusion is Conclusion.UNDECIDED
    label = "would decide it" if undecided else "not looked at"
    if verbose:
        for lacked, checks in lacking.items():
            yield labelled(label, f"{lacked} ", Span(f"[{', '.join(checks)}]", Tone.QUIET))
            label = ""
    elif lacking:
        # What lacks several things says nothing beside what lacks one of them alone.
        things = [one for one in lacking if not lacking.keys() & (set(one.split(" and ")) - {one})]
        # What would decide it somebody needs in full.
        told = "; ".join(things) if undecided else f"for want of {in_short(things)}"
        yield labelled(label, told, limit=MAX_LIST)


def _left_out(observation: Observation) -> Iterator[Row]:
    """Looks that were wanted, and not made."""
    if observation.left_out:
        looks = "; ".join(observation.left_out)
        yield labelled("left out", f"for want of connections: {looks}", limit=MAX_LIST)


def _timings(observation: Observation) -> Iterator[Row]:
    timings = observation.timings
    named = (
        ("dns", timings.dns), ("tcp", timings.tcp), ("proxy", timings.proxy), ("tls", timings.tls)
    )  # fmt: skip
    taken = [
        f"{name} {milliseconds:.1f} ms" for name, milliseconds in named if milliseconds is not None
    ]
    if taken:
        yield labelled("timings", ", ".join(taken))
