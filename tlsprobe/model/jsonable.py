"""From a report to JSON; `json_records` has the fields, and `json_schemas` the JSON Schema."""

import base64
import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Any, Literal, NamedTuple, cast

import msgspec

from tlsprobe.certs.certificate import Certificate
from tlsprobe.certs.cut_certificate import CutCertificate
from tlsprobe.certs.distinguished_name import decode as decode_name
from tlsprobe.certs.pins import spki_pin
from tlsprobe.certs.remembering import LARGEST
from tlsprobe.handshake.summary import Handshake
from tlsprobe.model.differences import Difference
from tlsprobe.model.finding import CheckResult, Finding, Ground, Ran
from tlsprobe.model.json_canary import canary_record
from tlsprobe.model.json_circumstance_records import SlowerRecord, UnreachedRecord
from tlsprobe.model.json_circumstances import hello_size, lookup, names_said, proxy
from tlsprobe.model.json_hops import hops_record
from tlsprobe.model.json_parts import CertificateRecord, certificate, failure, moment
from tlsprobe.model.json_records import (
    CATALOGUE_SCHEMA,
    DIFFERENCES_SCHEMA,
    REPORT_SCHEMA,
    AlertRecord,
    AnomalyRecord,
    CaptureSourceRecord,
    CatalogueRecord,
    CertificateRequestRecord,
    ControlRecord,
    CutLeafRecord,
    DifferenceRecord,
    DifferencesRecord,
    FindingRecord,
    FingerprintsRecord,
    InterceptorRecord,
    NotLookedAtRecord,
    PacketsRecord,
    PinsRecord,
    ProbeSourceRecord,
    ReportRecord,
    TargetRecord,
    TimingsRecord,
    TlsRecord,
)
from tlsprobe.model.observation import Captured, Observation
from tlsprobe.model.report import Pins, Report
from tlsprobe.model.verdict import Interceptor
from tlsprobe.wire.codepoints import cipher_suite_name, group_name, version_name

# A peer may name as many CAs as fit into a message; a person reads none of the later ones.
MAX_AUTHORITIES = 64


class Judged(NamedTuple):
    """The parts of a record that hang on the verdict alone, as they are written."""

    verdict: Any
    rule: Any
    summary: Any
    interceptor: Any
    pins: Any
    breaks: Any
    because: Any
    against: Any
    findings: Any
    not_looked_at: Any


def record(report: Report) -> ReportRecord:
    """The report as its JSON has it."""
    return record_of(report, judged(report), chain(report.observation.chain))


def judged(report: Report) -> Judged:
    """Those parts of it that tell the verdict."""
    verdict = report.verdict
    return Judged(
        verdict=verdict.conclusion,
        rule=verdict.rule,
        summary=verdict.summary,
        interceptor=_interceptor(verdict.interceptor),
        pins=_pins(report.pins),
        breaks=list(verdict.breaks),
        because=_check_ids(verdict.because),
        against=_check_ids(verdict.against),
        findings=[_finding(one, each) for one in report.results for each in one.findings],
        not_looked_at=[_not_looked_at(one) for one in verdict.not_looked_at],
    )


def chain(certificates: tuple[Certificate, ...]) -> list[CertificateRecord]:
    """The part of a record that tells the chain."""
    return [certificate(one) for one in certificates]


def record_of(report: Report, parts: Judged, certificates: Any) -> ReportRecord:  # noqa: ANN401
    """The report as its JSON has it, made with parts that may be encoded already."""
    observation = report.observation
    handshake = observation.handshake
    return ReportRecord(
        schema=REPORT_SCHEMA,
        tool=f"tlsprobe {report.tool_version}",
        taken=moment(observation.taken),
        target=_target(observation),
        source=_source(observation),
        profile=observation.profile,
        verdict=parts.verdict,
        rule=parts.rule,
        summary=parts.summary,
        interceptor=parts.interceptor,
        pins=parts.pins,
        breaks=parts.breaks,
        because=parts.because,
        against=parts.against,
        findings=parts.findings,
        not_looked_at=parts.not_looked_at,
        chain=certificates,
        chain_cut=handshake.certificates_cut,
        cut_leaf=_cut_leaf(observation.cut_leaf),
        scts=len(observation.scts),
        tls=_tls(handshake),
        fingerprints=_fingerprints(observation),
        timings_ms=_timings(observation),
        packets=_packets(observation.captured),
        certificate_request=_certificate_request(handshake),
        alerts=_alerts(handshake),
        anomalies=_anomalies(handshake),
        controls=[_control(one, observation) for one in report.controls],
        names=names_said(observation.names),
        unreached=[
            UnreachedRecord(one.address, one.instead, one.failure.kind, one.failure.detail)
            for one in observation.unreached
        ],
        slower=[
            SlowerRecord(one.address, round(one.took, 3), one.instead, round(one.instead_took, 3))
            for one in observation.slower
        ],
        left_out=list(observation.left_out),
        hello=hello_size(observation.hello_size),
        failure=failure(observation.failure),
        proxy=proxy(observation.proxy),
        revocation=None
        if observation.revocation is None
        else [lookup(one) for one in observation.revocation],
        hops=hops_record(observation.hops),
        canary=canary_record(observation.canary, frozenset(report.pins.expected)),
    )


def encode(report: Report) -> bytes:
    """One line of JSON without its line end, in ASCII only.

    Everything else is escaped: a name that a peer chose can do nothing to a terminal that shows
    the line, and no console's character set can spoil it.
    """
    return encoded(record(report))


def encode_check(
    *, check: str, ground: Ground, needs: Iterable[str], cites: str, text: str
) -> bytes:
    """One line of JSON, as above, for a check."""
    return encoded(CatalogueRecord(CATALOGUE_SCHEMA, check, ground, list(needs), cites, text))


def encode_differences(
    report: Report, then: Observation | None, differences: Iterable[Difference]
) -> bytes:
    """One line of JSON, as above, for what is other than `then`."""
    verdict, now = report.verdict, report.observation
    return encoded(
        DifferencesRecord(
            schema=DIFFERENCES_SCHEMA,
            tool=f"tlsprobe {report.tool_version}",
            target=_target(now),
            then=None if then is None else moment(then.taken),
            now=moment(now.taken),
            verdict=verdict.conclusion,
            rule=verdict.rule,
            summary=verdict.summary,
            because=_check_ids(verdict.because),
            differences=[DifferenceRecord(*one) for one in differences],
        )
    )


_encoder = msgspec.json.Encoder()
_NOT_ASCII = re.compile("[^\x00-\x7e]")


def encoded(value: Any) -> bytes:  # noqa: ANN401 - whatever has a JSON form
    """The value as JSON, in ASCII only."""
    try:
        return encoded_with_parts(value)
    except UnicodeEncodeError:
        # A lone surrogate, out of an argument or a file name that is not UTF-8: it has no UTF-8.
        return encoded_with_parts(_without_surrogates(msgspec.to_builtins(value)))


def encoded_with_parts(value: Any) -> bytes:  # noqa: ANN401
    """The same of a value that holds parts which are encoded already (`msgspec.Raw`).

    Raises:
        UnicodeEncodeError: a lone surrogate stands in the rest.
    """
    line = _encoder.encode(value)
    if line.isascii() and b"\x7f" not in line:
        return line
    return _NOT_ASCII.sub(_escaped, line.decode()).encode("ascii")


def _escaped(match: re.Match[str]) -> str:
    """The character as JSON writes it in ASCII: a pair of surrogates above U+FFFF."""
    units = match[0].encode("utf-16-be")
    return "".join(f"\\u{units[at : at + 2].hex()}" for at in range(0, len(units), 2))


def _without_surrogates(value: object) -> object:
    r"""A JSON value with lone surrogates spelled out, as in `\udcff`."""
    if isinstance(value, str):
        return value.encode("utf-8", "backslashreplace").decode()
    if isinstance(value, list):
        return [_without_surrogates(one) for one in cast("list[object]", value)]
    if isinstance(value, dict):
        members = cast("dict[str, object]", value)
        return {_without_surrogates(key): _without_surrogates(one) for key, one in members.items()}
    return value


def _target(observation: Observation) -> TargetRecord:
    target = observation.target
    return TargetRecord(target.host, target.port, target.sni, target.address, target.via)


_PROBE = ProbeSourceRecord()


def _source(observation: Observation) -> ProbeSourceRecord | CaptureSourceRecord:
    captured, hello = observation.captured, observation.handshake.client_hello
    if captured is None:
        return _PROBE
    return CaptureSourceRecord(
        captured.file,
        captured.stream,
        captured.frame,
        captured.client,
        captured.server,
        None if hello is None else hello.random.hex(),
        captured.prelude,
        captured.complete,
        list(captured.comments),
    )


def _packets(captured: Captured | None) -> PacketsRecord | None:
    if captured is None:
        return None
    return PacketsRecord(captured.syn_ack_ttl, captured.answer_ttl, captured.overlaps)


def _interceptor(one: Interceptor | None) -> InterceptorRecord | None:
    if one is None:
        return None
    return InterceptorRecord(one.vendor, one.product, one.issuer, one.hop, one.confidence)


def _pins(pins: Pins) -> PinsRecord:
    return PinsRecord(
        pins.status,
        [spki_pin(key) for key in pins.expected],
        [spki_pin(key) for key in pins.presented],
    )


def _check_ids(reasons: Iterable[tuple[CheckResult, Finding]]) -> list[str]:
    return list(dict.fromkeys(result.check for result, _ in reasons))


_WEIGHTS: dict[int, Literal["hint", "strong", "proof"]] = {1: "hint", 2: "strong", 3: "proof"}
_REACHED: dict[int, Literal["server-hello", "certificate", "proof"]] = {
    1: "server-hello",
    2: "certificate",
    3: "proof",
}


def _finding(result: CheckResult, finding: Finding) -> FindingRecord:
    return FindingRecord(
        result.check,
        result.ground,
        finding.leaning,
        _WEIGHTS[finding.weight],
        finding.summary,
        dict(finding.facts),
    )


def _not_looked_at(result: CheckResult) -> NotLookedAtRecord:
    broke = "nothing: the check itself broke, " if result.ran is Ran.BROKE else ""
    return NotLookedAtRecord(result.check, broke + result.lacked)


def _cut_leaf(cut: CutCertificate | None) -> CutLeafRecord | None:
    if cut is None:
        return None
    return _cut_record(cut) if len(cut.prefix) > LARGEST else _kept_cut_record(cut)


def _cut_record(cut: CutCertificate) -> CutLeafRecord:
    return CutLeafRecord(
        subject=cut.subject,
        issuer=cut.issuer,
        not_before=None if cut.not_before is None else moment(cut.not_before),
        not_after=None if cut.not_after is None else moment(cut.not_after),
        spki_sha256=None
        if cut.spki_sha256 is None
        else base64.b64encode(cut.spki_sha256).decode("ascii"),
        dns_names=None if cut.dns_names is None else list(cut.dns_names),
        size=len(cut.prefix),
    )


_kept_cut_record = lru_cache(maxsize=256)(_cut_record)


def _tls(handshake: Handshake) -> TlsRecord | None:
    if handshake.version is None or handshake.cipher_suite is None:
        return None
    version, cipher, group, alpn = _names(
        handshake.version, handshake.cipher_suite, handshake.group, handshake.alpn
    )
    return TlsRecord(
        version,
        cipher,
        group,
        alpn,
        handshake.key_proof,
        # Where a ServerHello was read, so much was reached.
        _REACHED.get(handshake.reached, "server-hello"),
        handshake.resumed,
        handshake.finished,
        handshake.sealed,
        list(handshake.sealed_records),
        handshake.client_sealed,
    )


@lru_cache(maxsize=1024)
def _names(
    version: int, suite: int, group: int | None, alpn: bytes | None
) -> tuple[str, str, str | None, str | None]:
    """Of what was negotiated: the same few combinations come again and again."""
    return (
        version_name(version),
        cipher_suite_name(suite),
        None if group is None else group_name(group),
        None if alpn is None else alpn.decode("ascii", "backslashreplace"),
    )


def _fingerprints(observation: Observation) -> FingerprintsRecord:
    one = observation.fingerprints
    return FingerprintsRecord(one.ja3, one.ja3s, one.ja4, observation.jarm)


def _timings(observation: Observation) -> TimingsRecord:
    one = observation.timings
    return TimingsRecord(
        one.dns and round(one.dns, 3),
        one.tcp and round(one.tcp, 3),
        one.proxy and round(one.proxy, 3),
        one.tls and round(one.tls, 3),
    )


def _alerts(handshake: Handshake) -> list[AlertRecord]:
    return [AlertRecord(one.direction, one.alert.level, one.alert.name) for one in handshake.alerts]


def _anomalies(handshake: Handshake) -> list[AnomalyRecord]:
    return [AnomalyRecord(one.direction, one.kind, one.detail) for one in handshake.anomalies]


def _certificate_request(handshake: Handshake) -> CertificateRequestRecord | None:
    request = handshake.certificate_request
    if request is None:
        return None
    return CertificateRequestRecord(
        [decode_name(name).text for name in request.authorities[:MAX_AUTHORITIES]]
    )


def _control(one: Observation, observation: Observation) -> ControlRecord:
    opinion = one.opinion
    differs = bool(one.chain) and one.chain != observation.chain
    return ControlRecord(
        source=one.source.value,
        sni=one.target.sni,
        address=one.target.address,
        via=one.target.via,
        profile=one.profile,
        library=None if opinion is None else opinion.library,
        completed=None if opinion is None else opinion.completed,
        chain_sha256=[each.sha256.hex() for each in one.chain],
        chain=chain(one.chain) if differs else None,
        public_error=None if opinion is None else opinion.public_error,
        machine_error=None if opinion is None else opinion.machine_error,
        detail="" if opinion is None else opinion.detail,
        failure=failure(one.failure),
    )
