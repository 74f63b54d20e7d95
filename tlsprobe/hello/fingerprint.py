"""JA3, JA3S and JA4: names for a hello, of ours or of anybody.

JA3 and JA3S after salesforce/ja3 (BSD-3-Clause), JA4 after FoxIO-LLC/ja4 `technical_details/JA4.md`
(JA4 alone is BSD-3-Clause; the rest of the JA4+ family is under another licence and is not here).
GREASE (RFC 8701) counts nowhere. An extension whose body does not have its form counts as present
and as holding nothing, so that every hello has a fingerprint.
"""

from collections.abc import Callable, Iterable
from functools import lru_cache
from hashlib import md5, sha256
from typing import NamedTuple, TypeVar

from tlsprobe.errors import DecodeError
from tlsprobe.wire import extensions as ext
from tlsprobe.wire.codepoints import is_grease
from tlsprobe.wire.messages import ClientHello, ServerHello

T = TypeVar("T")

_NOTHING = "0" * 12
_JA4_VERSIONS = {
    0x0304: "13", 0x0303: "12", 0x0302: "11", 0x0301: "10", 0x0300: "s3", 0x0002: "s2",
    0xFEFF: "d1", 0xFEFD: "d2", 0xFEFC: "d3",
}  # fmt: skip


class Ja3(NamedTuple):
    """The string that says it all, and its MD5 by which it is known."""

    text: str
    md5: str


class _Offer(NamedTuple):
    """All of a hello that its fingerprints are made of; a run sends the same again and again."""

    legacy_version: int
    cipher_suites: tuple[int, ...]
    codes: tuple[int, ...]
    bodies: tuple[bytes | None, ...]
    """Of the extensions in `_READ`; None where one is not there."""


_READ = (
    ext.SUPPORTED_GROUPS, ext.EC_POINT_FORMATS, ext.SUPPORTED_VERSIONS, ext.SIGNATURE_ALGORITHMS,
    ext.ALPN,
)  # fmt: skip


def ja3(hello: ClientHello) -> Ja3:
    """Legacy version, suites, extensions, groups, point formats of a hello."""
    return _ja3_of(_offer(hello))


@lru_cache(maxsize=64)
def _ja3_of(offer: _Offer) -> Ja3:
    groups, formats, *_ = offer.bodies
    return _ja3(
        str(offer.legacy_version),
        _decimal(offer.cipher_suites),
        _decimal(offer.codes),
        _decimal(_read(groups, ext.groups)),
        "-".join(map(str, _read(formats, ext.point_formats))),
    )


def ja3s(hello: ServerHello) -> Ja3:
    """Legacy version, suite and extensions of a ServerHello."""
    return _ja3(
        str(hello.legacy_version),
        str(hello.cipher_suite),
        "-".join(str(extension.code) for extension in hello.extensions),
    )


def ja4(hello: ClientHello) -> str:
    """JA4 of a hello over TCP, such as ``t13d1516h2_8daaf6152771_e5627efa2ab1``."""
    return _ja4_of(_offer(hello))


@lru_cache(maxsize=64)
def _ja4_of(offer: _Offer) -> str:
    head, suites, extensions, schemes = _ja4_parts(offer)
    return f"{head}_{_hashed(suites)}_{_hashed(extensions, schemes)}"


def ja4_raw(hello: ClientHello) -> str:
    """JA4_r: the same with the sorted lists themselves in the place of their hashes."""
    head, suites, extensions, schemes = _ja4_parts(_offer(hello))
    return "_".join((head, suites, extensions, schemes) if schemes else (head, suites, extensions))


def _offer(hello: ClientHello) -> _Offer:
    bodies = {one.code: one.body for one in reversed(hello.extensions)}  # the first of each counts
    return _Offer(
        hello.legacy_version,
        hello.cipher_suites,
        tuple([one.code for one in hello.extensions]),
        tuple([bodies.get(code) for code in _READ]),
    )


def _ja3(*fields: str) -> Ja3:
    text = ",".join(fields)
    return Ja3(text, md5(text.encode(), usedforsecurity=False).hexdigest())


def _ja4_parts(offer: _Offer) -> tuple[str, str, str, str]:
    """(first part, sorted suites, sorted extensions, schemes as they stand)."""
    *_, offered_versions, signature_schemes, alpn = offer.bodies
    suites = _without_grease(offer.cipher_suites)
    codes = _without_grease(offer.codes)
    versions = _without_grease(_read(offered_versions, ext.offered_versions))
    schemes = _without_grease(_read(signature_schemes, ext.signature_schemes))
    version = _JA4_VERSIONS.get(max(versions, default=offer.legacy_version), "00")
    destination = "d" if ext.SERVER_NAME in codes else "i"
    head = f"t{version}{destination}{_count(suites)}{_count(codes)}{_protocol(alpn)}"
    hashed = sorted(code for code in codes if code not in (ext.SERVER_NAME, ext.ALPN))
    return head, _hex(sorted(suites)), _hex(hashed), _hex(schemes)


def _protocol(alpn: bytes | None) -> str:
    """First and last character of the first protocol, or of its hex digits where one is no letter."""
    protocols = _read(alpn, ext.alpn)
    first = protocols[0] if protocols else b""
    if not first:
        return "00"
    ends = first[:1] + first[-1:]
    if ends.isalnum():
        return ends.decode("ascii")
    return first.hex()[0] + first.hex()[-1]


def _hashed(list_: str, suffix: str = "") -> str:
    if not list_:
        return _NOTHING
    text = f"{list_}_{suffix}" if suffix else list_
    return sha256(text.encode()).hexdigest()[:12]


def _read(body: bytes | None, read: Callable[[bytes], tuple[T, ...]]) -> tuple[T, ...]:
    if body is None:
        return ()
    try:
        return read(body)
    except DecodeError:
        return ()


def _without_grease(codes: Iterable[int]) -> list[int]:
    return [code for code in codes if not is_grease(code)]


def _decimal(codes: Iterable[int]) -> str:
    return "-".join(str(code) for code in codes if not is_grease(code))


def _hex(codes: Iterable[int]) -> str:
    return ",".join(f"{code:04x}" for code in codes)


def _count(codes: list[int]) -> str:
    return f"{min(len(codes), 99):02d}"
