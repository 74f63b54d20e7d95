"""From a report to JSON, and the JSON Schema of it; `json_records` has the fields."""

import base64
import re
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, Literal, cast

import msgspec
from msgspec import Struct

from tlsprobe.certs.certificate import Certificate
from tlsprobe.certs.distinguished_name import decode as decode_name
from tlsprobe.certs.pins import spki_pin
from tlsprobe.certs.remembering import remembered
from tlsprobe.handshake.summary import Handshake
from tlsprobe.model.finding import CheckResult, Finding, Ground, Ran
from tlsprobe.model.json_records import (
    CHECK_SCHEMA,
    REPORT_SCHEMA,
    AlertRecord,
    AnomalyRecord,
    CertificateRecord,
    CertificateRequestRecord,
    CheckRecord,
    ControlRecord,
    FailureRecord,
    FindingRecord,
    FingerprintsRecord,
    InterceptorRecord,
    NotLookedAtRecord,
    PinsRecord,
    ReportRecord,
    SourceRecord,
    TargetRecord,
    TimingsRecord,
    TlsRecord,
)
from tlsprobe.model.observation import Failure, Fingerprints, Observation
from tlsprobe.model.report import Pins, Report
from tlsprobe.model.verdict import Interceptor
from tlsprobe.wire.codepoints import cipher_suite_name, group_name, version_name

SCHEMA_ID = "urn:tlsprobe:schema:report:1"

# A peer may name as many CAs as fit into a message; a person reads none of the later ones.
MAX_AUTHORITIES = 64


def record(report: Report) -> ReportRecord:
    """The report as its JSON has it."""
    observation, verdict = report.observation, report.verdict
    handshake = observation.handshake
    return ReportRecord(
        schema=REPORT_SCHEMA,
        tool=f"tlsprobe {report.tool_version}",
        taken=moment(observation.taken),
        target=_target(observation),
        source=SourceRecord("probe"),
        profile=observation.profile,
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
        chain=[_certificate(one) for one in observation.chain],
        scts=len(observation.scts),
        tls=_tls(handshake),
        fingerprints=_fingerprints(observation.fingerprints),
        timings_ms=_timings(observation),
        certificate_request=_certificate_request(handshake),
        alerts=[
            AlertRecord(one.direction, one.alert.level, one.alert.name) for one in handshake.alerts
        ],
        anomalies=[
            AnomalyRecord(one.direction, one.kind, one.detail) for one in handshake.anomalies
        ],
        controls=[_control(one, observation) for one in report.controls],
        failure=_failure(observation.failure),
    )


def encode(report: Report) -> bytes:
    """One line of JSON without its line end, in ASCII only.

    Everything else is escaped: a name that a peer chose can do nothing to a terminal that shows
    the line, and no console's character set can spoil it.
    """
    return _line(record(report))


def encode_check(
    *, check: str, ground: Ground, needs: Iterable[str], cites: str, text: str
) -> bytes:
    """One line of JSON, as above, for a check."""
    return _line(CheckRecord(CHECK_SCHEMA, check, ground, list(needs), cites, text))


def schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of a report's record."""
    body = msgspec.json.schema(ReportRecord)
    definitions = body.pop("$defs")
    top = definitions.pop("ReportRecord")
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": SCHEMA_ID,
        **top,
        "title": REPORT_SCHEMA,
        "$defs": definitions,
    }


def moment(when: datetime) -> str:
    """RFC 3339 in UTC, to the second: ``2026-11-22T15:00:00Z``."""
    return when.astimezone(UTC).isoformat(timespec="seconds")[:19] + "Z"


_encoder = msgspec.json.Encoder()
_NOT_ASCII = re.compile("[^\x00-\x7e]")


def _line(value: Struct) -> bytes:
    try:
        line = _encoder.encode(value)
    except UnicodeEncodeError:
        # A lone surrogate, out of an argument or a file name that is not UTF-8: it has no UTF-8.
        line = _encoder.encode(_without_surrogates(msgspec.to_builtins(value)))
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


def _interceptor(one: Interceptor | None) -> InterceptorRecord | None:
    if one is None:
        return None
    return InterceptorRecord(one.vendor, one.product, one.issuer, one.hop)


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


@remembered(1024)
def _certificate(one: Certificate) -> CertificateRecord:
    """Kept, since intermediates and roots come again and again in a long run."""
    return CertificateRecord(
        subject=one.subject,
        issuer=one.issuer,
        sha256=one.sha256.hex(),
        spki_sha256=base64.b64encode(one.spki_sha256).decode("ascii"),
        not_before=None if one.not_before is None else moment(one.not_before),
        not_after=None if one.not_after is None else moment(one.not_after),
        pem=_pem(one.der),
    )


def _pem(der: bytes) -> str:
    text = base64.b64encode(der).decode("ascii")
    lines = [text[at : at + 64] for at in range(0, len(text), 64)]
    return "\n".join(("-----BEGIN CERTIFICATE-----", *lines, "-----END CERTIFICATE-----", ""))


def _tls(handshake: Handshake) -> TlsRecord | None:
    if handshake.version is None or handshake.cipher_suite is None:
        return None
    return TlsRecord(
        version=version_name(handshake.version),
        cipher=cipher_suite_name(handshake.cipher_suite),
        group=None if handshake.group is None else group_name(handshake.group),
        alpn=None if handshake.alpn is None else handshake.alpn.decode("ascii", "backslashreplace"),
        key_proof=handshake.key_proof,
        # Where a ServerHello was read, so much was reached.
        reached=_REACHED.get(handshake.reached, "server-hello"),
    )


def _fingerprints(one: Fingerprints) -> FingerprintsRecord:
    return FingerprintsRecord(one.ja3, one.ja3s, one.ja4)


def _timings(observation: Observation) -> TimingsRecord:
    timings = observation.timings
    return TimingsRecord(
        _rounded(timings.dns), _rounded(timings.tcp), _rounded(timings.proxy), _rounded(timings.tls)
    )


def _rounded(milliseconds: float | None) -> float | None:
    return None if milliseconds is None else round(milliseconds, 3)


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
        profile=one.profile,
        library=None if opinion is None else opinion.library,
        completed=None if opinion is None else opinion.completed,
        chain_sha256=[each.sha256.hex() for each in one.chain],
        chain=[_certificate(each) for each in one.chain] if differs else None,
        public_error=None if opinion is None else opinion.public_error,
        machine_error=None if opinion is None else opinion.machine_error,
        detail="" if opinion is None else opinion.detail,
        failure=_failure(one.failure),
    )


def _failure(failure: Failure | None) -> FailureRecord | None:
    if failure is None:
        return None
    return FailureRecord(failure.stage, failure.kind, failure.detail)
