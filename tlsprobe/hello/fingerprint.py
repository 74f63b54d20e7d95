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
from tlsprobe.wire.codepoints import GREASE
from tlsprobe.wire.messages import ClientHello, ServerHello

T = TypeVar("T")

_NOTHING = "0" * 12
_KEPT, _KEPT_WHOLE = 256, 1024
"""How many results of each kind, and how many of whole hellos, are remembered: many clients send the same."""
_LARGEST = 512
"""Entries and bytes of an offer that is remembered; honest ones have about a hundred."""
_JA4_VERSIONS = {
    0x0304: "13", 0x0303: "12", 0x0302: "11", 0x0301: "10", 0x0300: "s3", 0x0002: "s2",
    0xFEFF: "d1", 0xFEFD: "d2", 0xFEFC: "d3",
}  # fmt: skip


class Ja3(NamedTuple):
    """The string that says it all, and its MD5 by which it is known."""

    text: str
    md5: str


class _Offer(NamedTuple):
    """All of a hello that its fingerprints are made of."""

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
    return ja3_and_ja4(hello)[0]


def ja4(hello: ClientHello) -> str:
    """JA4 of a hello over TCP, such as ``t13d1516h2_8daaf6152771_e5627efa2ab1``."""
    return ja3_and_ja4(hello)[1]


def ja3_and_ja4(hello: ClientHello) -> tuple[Ja3, str]:
    """Both at once, which costs little more than one."""
    offer = _offer(hello)
    entries = len(offer.cipher_suites) + len(offer.codes)
    if entries + sum([len(body) for body in offer.bodies if body]) > _LARGEST:
        return _both(offer, _PLAIN)
    return _remembered_both(offer)


def ja3s(hello: ServerHello) -> Ja3:
    """Legacy version, suite and extensions of a ServerHello."""
    codes = tuple([code for code, _ in hello.extensions])
    kept = len(codes) <= _LARGEST
    return (_remembered_ja3s if kept else _ja3s)(hello.legacy_version, hello.cipher_suite, codes)


def ja4_raw(hello: ClientHello) -> str:
    """JA4_r: the same with the sorted lists themselves in the place of their hashes."""
    offer = _offer(hello)
    suites, codes = _without_grease(offer.cipher_suites), _without_grease(offer.codes)
    head = _ja4_head(offer, _count(suites), codes, _PLAIN)
    extensions, schemes = _ja4_extensions(sorted(codes), offer.bodies[3])
    parts = (head, _hex(sorted(suites)), extensions, schemes)
    return "_".join(parts if schemes else parts[:3])


def _offer(hello: ClientHello) -> _Offer:
    bodies = dict(reversed(hello.extensions))  # the first of each code counts
    return _Offer(
        hello.legacy_version,
        hello.cipher_suites,
        tuple([code for code, _ in hello.extensions]),
        tuple(map(bodies.get, _READ)),
    )


def _ja3(*fields: str) -> Ja3:
    text = ",".join(fields)
    return Ja3(text, md5(text.encode(), usedforsecurity=False).hexdigest())


def _ja3s(version: int, suite: int, codes: tuple[int, ...]) -> Ja3:
    return _ja3(str(version), str(suite), _decimal(codes))


# The parts of a hello, each on its own: browsers draw GREASE and the order of extensions anew for
# each connection, so that hardly a hello is like another as a whole.


class _Suites(NamedTuple):
    decimal: str
    how_many: str
    hashed: str


def _suites(codes: tuple[int, ...]) -> _Suites:
    plain = _without_grease(codes)
    return _Suites(_decimal(plain), _count(plain), _hashed(_hex(sorted(plain))))


def _extensions(codes: tuple[int, ...], signature_schemes: bytes | None) -> str:
    return _hashed(*_ja4_extensions(codes, signature_schemes))


def _groups(body: bytes | None) -> str:
    return _decimal(_without_grease(_read(body, ext.groups)))


def _version(offered_versions: bytes | None, legacy_version: int) -> str:
    versions = _without_grease(_read(offered_versions, ext.offered_versions))
    return _JA4_VERSIONS.get(max(versions, default=legacy_version), "00")


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


class _Parts(NamedTuple):
    """How each part is worked out: anew, or from memory."""

    suites: Callable[[tuple[int, ...]], _Suites]
    extensions: Callable[[tuple[int, ...], bytes | None], str]
    groups: Callable[[bytes | None], str]
    version: Callable[[bytes | None, int], str]
    protocol: Callable[[bytes | None], str]


_PLAIN = _Parts(_suites, _extensions, _groups, _version, _protocol)
_REMEMBERED = _Parts(
    lru_cache(_KEPT)(_suites),
    lru_cache(_KEPT)(_extensions),
    lru_cache(_KEPT)(_groups),
    lru_cache(_KEPT)(_version),
    lru_cache(_KEPT)(_protocol),
)
_remembered_ja3s = lru_cache(_KEPT)(_ja3s)


def _both(offer: _Offer, parts: _Parts) -> tuple[Ja3, str]:
    suites, codes = parts.suites(offer.cipher_suites), _without_grease(offer.codes)
    groups, formats, _, schemes, _ = offer.bodies
    ja3 = _ja3(
        str(offer.legacy_version),
        suites.decimal,
        _decimal(codes),
        parts.groups(groups),
        _decimal(_read(formats, ext.point_formats)),
    )
    head = _ja4_head(offer, suites.how_many, codes, parts)
    return ja3, f"{head}_{suites.hashed}_{parts.extensions(tuple(sorted(codes)), schemes)}"


@lru_cache(maxsize=_KEPT_WHOLE)
def _remembered_both(offer: _Offer) -> tuple[Ja3, str]:
    return _both(offer, _REMEMBERED)


def _ja4_head(offer: _Offer, suites: str, codes: list[int], parts: _Parts) -> str:
    _, _, versions, _, alpn = offer.bodies
    version = parts.version(versions, offer.legacy_version)
    destination = "d" if ext.SERVER_NAME in codes else "i"
    return f"t{version}{destination}{suites}{_count(codes)}{parts.protocol(alpn)}"


def _ja4_extensions(codes: Iterable[int], signature_schemes: bytes | None) -> tuple[str, str]:
    """(extensions, schemes as they stand), of which the third part is the hash."""
    schemes = _without_grease(_read(signature_schemes, ext.signature_schemes))
    return _hex(code for code in codes if code not in (ext.SERVER_NAME, ext.ALPN)), _hex(schemes)


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
    return [code for code in codes if code not in GREASE]


def _decimal(codes: Iterable[int]) -> str:
    return "-".join(map(str, codes))


def _hex(codes: Iterable[int]) -> str:
    return ",".join(f"{code:04x}" for code in codes)


def _count(codes: list[int]) -> str:
    return f"{min(len(codes), 99):02d}"
