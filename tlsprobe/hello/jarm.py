"""The ten hellos of JARM, which servers answer each in their own way.

After salesforce/jarm (`jarm.py` at 08e22b43, BSD-3-Clause; read 2026-11-25). All have the same
extensions; what changes is the version, which suites stand where, and in which order protocols and
versions are offered, the weakest first or last. GREASE is drawn anew for each place.
"""

from collections.abc import Iterator, Sequence

from msgspec import Struct

from tlsprobe.crypto.key_share import Entropy
from tlsprobe.hello import encode
from tlsprobe.hello.template import Template
from tlsprobe.wire import extensions as ext
from tlsprobe.wire.codepoints import GREASE
from tlsprobe.wire.jarm_cipher_suites import OFFERED, of_tls13
from tlsprobe.wire.messages import ClientHello, Extension

MAX_FRAGMENT_LENGTH = Extension(1, b"\1")
"""2^9 bytes (RFC 6066 section 4)."""
_X25519 = 0x001D
_GROUPS = (_X25519, 0x0017, 0x0018, 0x0019)
_SCHEMES = (0x0403, 0x0804, 0x0401, 0x0503, 0x0805, 0x0501, 0x0806, 0x0601, 0x0201)
_TLS10, _TLS11, _TLS12, _TLS13 = 0x0301, 0x0302, 0x0303, 0x0304
_UP_TO_TLS12 = (_TLS10, _TLS11, _TLS12)
_UP_TO_TLS13 = (*_UP_TO_TLS12, _TLS13)

# The reference lacks a comma there: these two stay in their order when all others are turned round.
_PROTOCOLS = (
    (b"http/0.9",), (b"http/1.0",), (b"http/1.1",), (b"spdy/1",), (b"spdy/2",), (b"spdy/3", b"h2"),
    (b"h2c",), (b"hq",),
)  # fmt: skip
_USUAL_PROTOCOLS = (b"http/1.1", b"h2")

_MIDDLE = len(OFFERED) // 2
_BACKWARDS = OFFERED[::-1]
_TOP_HALF = OFFERED[_MIDDLE::-1]
_BOTTOM_HALF = OFFERED[_MIDDLE + 1 :]
_MIDDLE_OUT = (
    OFFERED[_MIDDLE],
    *(OFFERED[_MIDDLE + step] for far in range(1, _MIDDLE + 1) for step in (far, -far)),
)
_WITHOUT_TLS13 = tuple(suite for suite in OFFERED if not of_tls13(suite))


class _Variant(Struct, frozen=True, kw_only=True):
    """What is special about one of the ten."""

    version: int = _TLS12
    suites: Sequence[int] = OFFERED
    versions: tuple[int, ...] = ()
    """For supported_versions, which is not sent without any."""
    strongest_first: bool = False
    """Protocols and versions, where they are usually the other way round."""
    rare_protocols: bool = False
    """Only those that nobody chooses."""
    grease: bool = False


_VARIANTS = (
    _Variant(versions=_UP_TO_TLS12, strongest_first=True),
    _Variant(suites=_BACKWARDS, versions=_UP_TO_TLS12),
    _Variant(suites=_TOP_HALF),
    _Variant(suites=_BOTTOM_HALF, rare_protocols=True),
    _Variant(suites=_MIDDLE_OUT, rare_protocols=True, grease=True, strongest_first=True),
    _Variant(version=_TLS11),
    _Variant(version=_TLS13, versions=_UP_TO_TLS13, strongest_first=True),
    _Variant(version=_TLS13, suites=_BACKWARDS, versions=_UP_TO_TLS13),
    _Variant(version=_TLS13, suites=_WITHOUT_TLS13, versions=_UP_TO_TLS13),
    _Variant(
        version=_TLS13, suites=_MIDDLE_OUT, versions=_UP_TO_TLS13, grease=True, strongest_first=True
    ),
)


def hellos(entropy: Entropy) -> tuple[Template, ...]:
    """The ten, in their order, to be stamped for one connection each.

    Where no server name is sent, as to an address (RFC 6066 section 3), the extension is left out; the
    reference sends an address in it, so that there its values are others.
    """
    return tuple(
        _template(variant, entropy, f"JARM {number}")
        for number, variant in enumerate(_VARIANTS, start=1)
    )


def _template(variant: _Variant, entropy: Entropy, profile: str) -> Template:
    drawn = _drawn(entropy) if variant.grease else ()
    hello = ClientHello(
        legacy_version=min(variant.version, _TLS12),
        random=bytes(32),
        session_id=bytes(32),
        cipher_suites=(*drawn[:1], *variant.suites),
        compression_methods=(0,),
        extensions=tuple(_extensions(variant, drawn)),
    )
    # A hello of TLS 1.3 says 1.0 on its record, so that old servers take it (RFC 8446 section 5.1).
    version = _TLS10 if variant.version == _TLS13 else variant.version
    record = encode.records(encode.client_hello(hello), version)
    return Template.parse(record, profile=profile)


def _drawn(entropy: Entropy) -> tuple[int, ...]:
    """GREASE for suites, extensions, shares and versions (RFC 8701 section 3.1)."""
    known = sorted(GREASE)
    return tuple(known[byte % len(known)] for byte in entropy(4))


def _extensions(variant: _Variant, drawn: tuple[int, ...]) -> Iterator[Extension]:
    shares = [(group, b"\0") for group in drawn[2:3]]
    yield from (Extension(code, b"") for code in drawn[1:2])
    yield Extension(ext.SERVER_NAME, encode.server_name(b"example.com"))
    yield Extension(ext.EXTENDED_MASTER_SECRET, b"")
    yield MAX_FRAGMENT_LENGTH
    yield Extension(ext.RENEGOTIATION_INFO, b"\0")
    yield Extension(ext.SUPPORTED_GROUPS, encode.code_points(_GROUPS))
    yield Extension(ext.EC_POINT_FORMATS, b"\1\0")
    yield Extension(ext.SESSION_TICKET, b"")
    yield Extension(ext.ALPN, encode.protocols(_protocols(variant)))
    yield Extension(ext.SIGNATURE_ALGORITHMS, encode.code_points(_SCHEMES))
    yield Extension(ext.KEY_SHARE, encode.key_shares((*shares, (_X25519, bytes(32)))))
    yield Extension(ext.PSK_KEY_EXCHANGE_MODES, b"\1\1")
    if variant.versions:
        step = -1 if variant.strongest_first else 1
        offered = (*drawn[3:4], *variant.versions[::step])
        yield Extension(ext.SUPPORTED_VERSIONS, encode.versions(offered))


def _protocols(variant: _Variant) -> Iterator[bytes]:
    step = -1 if variant.strongest_first else 1
    for together in _PROTOCOLS[::step]:
        for name in together:
            if not (variant.rare_protocols and name in _USUAL_PROTOCOLS):
                yield name
