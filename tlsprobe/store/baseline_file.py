"""Baseline files: what a clean place saw of endpoints, as JSON of the schema ``tlsprobe.baseline/1``.

One endpoint a line, so that two files can be compared by any tool. What is kept is what checks look
at: chain, staples and timestamps as sent, choices, fingerprints; no random and no secret.
"""

import re
from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Final, TypeVar

import msgspec
from msgspec import Meta, Struct

from tlsprobe.certs.certificate import parse
from tlsprobe.errors import InputError
from tlsprobe.handshake.events import KeyProof
from tlsprobe.handshake.summary import Handshake, Reached, Stapled, StapleSource
from tlsprobe.model.baselines import Baseline
from tlsprobe.model.jsonable import encoded
from tlsprobe.model.observation import (
    Failure,
    FailureKind,
    Fingerprints,
    Observation,
    SourceKind,
    Stage,
    Target,
)
from tlsprobe.model.timestamps import presented_scts
from tlsprobe.store.host_names import host_name
from tlsprobe.wire.messages import CertificateRequest

SCHEMA: Final = "tlsprobe.baseline"
NEWEST: Final = 1
"""The newest number of the schema that is understood."""
LARGEST = 512 * 2**20
"""Bytes of a file; an endpoint takes about eight thousand."""
EXPECTED = "expected a baseline, as `tlsprobe baseline record` writes it"
MAX_CHAIN = 32

_Code = Annotated[str, Meta(pattern="^0x[0-9a-f]{4}$")]
_Base64 = str
_Moment = Annotated[datetime, Meta(tz=True)]

T = TypeVar("T")


class FailureEntry(Struct, frozen=True, omit_defaults=True):
    """Why no handshake came about."""

    stage: Stage
    kind: FailureKind
    detail: str


class StapleEntry(Struct, frozen=True):
    """An OCSP response or a list of timestamps, as stapled for one certificate."""

    index: Annotated[int, Meta(ge=0, le=255)]
    source: StapleSource
    body: _Base64


class RequestEntry(Struct, frozen=True, omit_defaults=True):
    """What the server asked of a client's certificate."""

    authorities: list[_Base64] = []
    certificate_types: list[int] = []
    signature_schemes: list[_Code] = []


class TlsEntry(Struct, frozen=True, omit_defaults=True):
    """What the server chose, and how far it came."""

    version: _Code
    cipher_suite: _Code
    key_proof: KeyProof
    reached: Annotated[int, Meta(ge=1, le=3)]
    group: _Code | None = None
    alpn: str | None = None
    extended_master_secret: bool = False
    downgrade_sentinel: _Code | None = None
    signature_scheme: _Code | None = None
    certificate_request: RequestEntry | None = None
    ocsp_responses: list[StapleEntry] = []
    sct_lists: list[StapleEntry] = []


class EndpointEntry(Struct, frozen=True, omit_defaults=True):
    """One handshake with one endpoint."""

    host: Annotated[str, Meta(min_length=1, max_length=253)]
    port: Annotated[int, Meta(ge=1, le=65535)]
    taken: _Moment
    profile: Annotated[str, Meta(min_length=1, max_length=200)]
    sni: str | None = None
    address: str | None = None
    via: str | None = None
    failure: FailureEntry | None = None
    chain: Annotated[list[_Base64], Meta(max_length=MAX_CHAIN)] = []
    tls: TlsEntry | None = None
    ja3: str | None = None
    ja3s: str | None = None
    ja4: str | None = None
    jarm: Annotated[str, Meta(pattern="^[0-9a-f]{62}$")] | None = None


class BaselineEntry(Struct, frozen=True):
    """A whole file."""

    schema: str
    tool: str
    endpoints: Annotated[list[EndpointEntry], Meta(min_length=1)]


class _Head(Struct, frozen=True):
    schema: str


def load(path: Path) -> Baseline:
    """What the file at `path` says.

    Raises:
        InputError: it cannot be used; in one line that names the file, the place and what was
            expected.
    """
    data = _read(path)
    _check_schema(path, data)
    whole = _decoded(path, data, BaselineEntry)
    entries: dict[object, tuple[int, EndpointEntry]] = {}
    observations: list[Observation] = []
    for at, entry in enumerate(whole.endpoints):
        place = f"endpoints[{at}]"
        observation = _observation(path, place, entry)
        key = (observation.target, observation.profile, observation.taken)
        before, other = entries.setdefault(key, (at, entry))
        if other != entry:
            raise InputError(
                str(path),
                f"{place}: {entry.host}:{entry.port} stands in endpoints[{before}] too, of the same"
                " moment and with other content: expected each observation once",
            )
        if before == at:
            observations.append(observation)
    return Baseline(observations)


def dump(observations: Iterable[Observation], *, tool: str) -> bytes:
    """The file that `load` reads, in ASCII, with one endpoint a line."""
    head = encoded({"schema": f"{SCHEMA}/{NEWEST}", "tool": tool})[:-1]
    lines = b",\n".join(encoded(_entry(one)) for one in observations)
    return head + b',"endpoints":[\n' + lines + b"\n]}\n"


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST + 1)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise InputError(str(path), f"cannot be read: {reason}; {EXPECTED}") from None
    if len(data) > LARGEST:
        raise InputError(str(path), f"is larger than {LARGEST // 2**20} MiB; {EXPECTED}")
    return data


def _check_schema(path: Path, data: bytes) -> None:
    """First of all: a newer schema may have what would only confuse."""
    schema = _decoded(path, data, _Head).schema
    match = re.fullmatch(rf"{re.escape(SCHEMA)}/([0-9]{{1,4}})", schema)
    if match is None or int(match[1]) == 0:
        raise InputError(str(path), f'schema is {schema[:60]!a}: expected "{SCHEMA}/{NEWEST}"')
    if int(match[1]) > NEWEST:
        raise InputError(
            str(path),
            f"schema is {schema}: expected {SCHEMA}/{NEWEST}, the newest that this version knows",
        )


def _decoded(path: Path, data: bytes, kind: type[T]) -> T:
    """The JSON as that type; what is wrong is told with the line, or with the place in it."""
    try:
        return msgspec.json.decode(data, type=kind)
    except msgspec.ValidationError as error:
        reason, _, place = str(error).partition(" - at `$")
        where = place.rstrip("`").lstrip(".") or "the whole"
        raise InputError(str(path), f"{where}: {reason[:1].lower()}{reason[1:]}") from None
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        found = re.search(r"\(byte (\d+)\)", str(error))
        line = data.count(b"\n", 0, int(found[1])) + 1 if found else data.count(b"\n") + 1
        raise InputError(str(path), f"line {line}: is no JSON; {EXPECTED}") from None


def _observation(path: Path, place: str, entry: EndpointEntry) -> Observation:
    try:
        chain = tuple(parse(_bytes(one, f"chain[{at}]")) for at, one in enumerate(entry.chain))
        handshake = _handshake(entry.tls, tuple(one.der for one in chain))
        host = host_name(entry.host)
    except ValueError as error:
        raise InputError(str(path), f"{place}: {error}") from None
    if chain and entry.tls is None:
        raise InputError(str(path), f"{place}: has a chain, but no tls: expected both or neither")
    if not chain and entry.tls is None and entry.failure is None:
        raise InputError(str(path), f"{place}: has neither tls nor failure: expected one of them")
    return Observation(
        target=Target(
            host=host, port=entry.port, sni=entry.sni, address=entry.address, via=entry.via
        ),
        source=SourceKind.BASELINE,
        profile=entry.profile,
        taken=entry.taken.astimezone(UTC),
        handshake=handshake,
        chain=chain,
        scts=presented_scts(chain, handshake),
        fingerprints=Fingerprints(ja3=entry.ja3, ja3s=entry.ja3s, ja4=entry.ja4),
        jarm=entry.jarm,
        failure=None if entry.failure is None else _failure(entry.failure),
    )


def _failure(entry: FailureEntry) -> Failure:
    return Failure(stage=entry.stage, kind=entry.kind, detail=entry.detail)


def _handshake(entry: TlsEntry | None, certificates: tuple[bytes, ...]) -> Handshake:
    """The handshake as far as it is kept.

    Raises:
        ValueError: a part of it does not have its form; it says which.
    """
    if entry is None:
        return Handshake()
    request = entry.certificate_request
    return Handshake(
        version=int(entry.version, 16),
        cipher_suite=int(entry.cipher_suite, 16),
        group=_number(entry.group),
        alpn=None if entry.alpn is None else _protocol(entry.alpn),
        extended_master_secret=entry.extended_master_secret,
        downgrade_sentinel=_number(entry.downgrade_sentinel),
        certificates=certificates,
        ocsp_responses=_stapled(entry.ocsp_responses, "ocsp_responses"),
        sct_lists=_stapled(entry.sct_lists, "sct_lists"),
        certificate_request=None if request is None else _request(request),
        key_proof=entry.key_proof,
        signature_scheme=_number(entry.signature_scheme),
        reached=Reached(entry.reached),
    )


def _request(entry: RequestEntry) -> CertificateRequest:
    return CertificateRequest(
        authorities=tuple(_bytes(one, "authorities") for one in entry.authorities),
        certificate_types=tuple(entry.certificate_types),
        signature_schemes=tuple(int(one, 16) for one in entry.signature_schemes),
    )


def _stapled(entries: Iterable[StapleEntry], name: str) -> tuple[Stapled, ...]:
    return tuple(Stapled(one.index, one.source, _bytes(one.body, name)) for one in entries)


def _bytes(text: str, name: str) -> bytes:
    try:
        return b64decode(text, validate=True)
    except (Base64Error, ValueError):
        raise ValueError(f"{name}: expected base64") from None


def _protocol(text: str) -> bytes:
    try:
        return text.encode("latin-1")
    except UnicodeEncodeError:
        raise ValueError("alpn: expected a protocol's name, one character a byte") from None


def _number(code: str | None) -> int | None:
    return None if code is None else int(code, 16)


def _entry(one: Observation) -> EndpointEntry:
    target, failure = one.target, one.failure
    return EndpointEntry(
        host=target.host,
        port=target.port,
        taken=one.taken.astimezone(UTC),
        profile=one.profile,
        sni=target.sni,
        address=target.address,
        via=target.via,
        failure=None
        if failure is None
        else FailureEntry(failure.stage, failure.kind, failure.detail),
        chain=[_base64(each.der) for each in one.chain],
        tls=_tls(one.handshake),
        ja3=one.fingerprints.ja3,
        ja3s=one.fingerprints.ja3s,
        ja4=one.fingerprints.ja4,
        jarm=one.jarm,
    )


def _tls(one: Handshake) -> TlsEntry | None:
    if one.version is None or one.cipher_suite is None:
        return None
    request = one.certificate_request
    return TlsEntry(
        version=_code(one.version),
        cipher_suite=_code(one.cipher_suite),
        key_proof=one.key_proof,
        reached=int(one.reached),
        group=_optional_code(one.group),
        alpn=None if one.alpn is None else one.alpn.decode("latin-1"),
        extended_master_secret=one.extended_master_secret,
        downgrade_sentinel=_optional_code(one.downgrade_sentinel),
        signature_scheme=_optional_code(one.signature_scheme),
        certificate_request=None
        if request is None
        else RequestEntry(
            authorities=[_base64(name) for name in request.authorities],
            certificate_types=list(request.certificate_types),
            signature_schemes=[_code(scheme) for scheme in request.signature_schemes],
        ),
        ocsp_responses=_staples(one.ocsp_responses),
        sct_lists=_staples(one.sct_lists),
    )


def _staples(staples: Iterable[Stapled]) -> list[StapleEntry]:
    return [StapleEntry(one.index, one.source, _base64(one.body)) for one in staples]


def _code(number: int) -> str:
    return f"0x{number:04x}"


def _optional_code(number: int | None) -> str | None:
    return None if number is None else _code(number)


def _base64(raw: bytes) -> str:
    return b64encode(raw).decode("ascii")
