"""Kinds of server keys, and which of them a ClientHello accepts: by that a server with several chooses.

RFC 8446 section 4.4.2.2, RFC 5246 section 7.4.2, RFC 8422 section 5.3.
"""

from collections.abc import Iterable
from enum import Enum

from tlsprobe.errors import DecodeError
from tlsprobe.wire import extensions as ext
from tlsprobe.wire.codepoints import TLS_1_3
from tlsprobe.wire.messages import ClientHello


class KeyKind(Enum):
    """What a leaf's key is for."""

    RSA = "RSA"
    EC = "EC"
    EDDSA = "EdDSA"


ECDSA_SUITES = frozenset(
    (0xC02B, 0xC02C, 0xCCA9, 0xC009, 0xC00A, 0xC023, 0xC024, 0xC008, 0xC0AC, 0xC0AD)
)
"""Of TLS 1.2 and before; they serve EdDSA as well."""
RSA_SCHEMES = frozenset(
    (0x0201, 0x0301, 0x0401, 0x0501, 0x0601, 0x0804, 0x0805, 0x0806, 0x0809, 0x080A, 0x080B)
)
_EC_SCHEMES = frozenset((0x0203, 0x0303, 0x0403, 0x0503, 0x0603, 0x081A, 0x081B, 0x081C))
_EDDSA_SCHEMES = frozenset((0x0807, 0x0808))
_SCHEMES = {
    KeyKind.RSA: RSA_SCHEMES, KeyKind.EC: _EC_SCHEMES, KeyKind.EDDSA: _EDDSA_SCHEMES,
}  # fmt: skip
_TYPES = {
    "RSA": KeyKind.RSA, "EC": KeyKind.EC, "Ed25519": KeyKind.EDDSA, "Ed448": KeyKind.EDDSA,
}  # fmt: skip


def kind_of(key_type: str) -> KeyKind | None:
    """The kind of a key that is called ``RSA 2048``; None of one that is none of these."""
    return _TYPES.get(key_type.partition(" ")[0])


def preference(hello: ClientHello, kinds: frozenset[KeyKind]) -> tuple[object, ...] | None:
    """What of a hello makes a server choose among keys of these kinds: equal where that is equal.

    Whether TLS 1.3 is offered is part of it: before, suites chose the kind, mostly by the server's own
    order, and now signature schemes do, mostly by the client's. None where the hello cannot be read.
    """
    try:
        versions = ext.offered_versions(hello.extension(ext.SUPPORTED_VERSIONS) or b"\0")
        schemes = ext.signature_schemes(hello.extension(ext.SIGNATURE_ALGORITHMS) or b"\0\0")
    except DecodeError:
        return None
    by_scheme = (kind for scheme in schemes for kind in kinds if scheme in _SCHEMES[kind])
    by_suite = (
        suite in ECDSA_SUITES for suite in hello.cipher_suites if suite >> 8 in (0x00, 0xC0, 0xCC)
    )
    return TLS_1_3 in versions, _in_order(by_scheme), _in_order(by_suite)


def _in_order(named: Iterable[object]) -> tuple[object, ...]:
    return tuple(dict.fromkeys(named))
