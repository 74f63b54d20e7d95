"""In what the hello that arrived is another than the one that was sent."""

from collections.abc import Callable, Iterable, Iterator
from hashlib import sha256
from typing import NamedTuple

from tlsprobe.errors import DecodeError
from tlsprobe.hello.fingerprint import ja3_and_ja4
from tlsprobe.wire import extensions as ext
from tlsprobe.wire.client_hellos import decoded
from tlsprobe.wire.codepoints import (
    cipher_suite_name,
    extension_name,
    group_name,
    is_grease,
    signature_scheme_name,
    version_name,
)
from tlsprobe.wire.messages import ClientHello

MAX_LISTED = 64
"""Members of a list that are named: who rewrites a hello may write what he likes."""
_SHORT = 24
_SECOND = "second hello: "


class HelloDifference(NamedTuple):
    """One thing in which they differ, in words."""

    what: str
    sent: str
    received: str


def differences(
    sent: tuple[bytes, ...], received: tuple[bytes, ...]
) -> tuple[HelloDifference, ...]:
    """What differs between the ClientHellos of both ends of a path, messages with their headers.

    Empty exactly where they are the same, byte for byte. A HelloRetryRequest makes two of them.
    """
    found: list[HelloDifference] = []
    if len(sent) != len(received):
        found.append(HelloDifference("hellos", str(len(sent)), str(len(received))))
    for index, (ours, theirs) in enumerate(zip(sent, received, strict=False)):
        prefix = _SECOND if index else ""
        found += (one._replace(what=prefix + one.what) for one in _between(ours, theirs))
    return tuple(found)


def ja4_of(message: bytes) -> str | None:
    """JA4 of a message with its header; None where it is no ClientHello."""
    hello = decoded(message)
    return None if hello is None else ja3_and_ja4(hello)[1]


def _between(sent: bytes, received: bytes) -> tuple[HelloDifference, ...]:
    if sent == received:
        return ()
    ours, theirs = decoded(sent), decoded(received)
    if ours is not None and theirs is not None:
        told = dict(_told(theirs))
        parts = [
            HelloDifference(what, mine, told.get(what, ""))
            for what, mine in _told(ours)
            if mine != told.get(what, "")
        ]
        found = (*parts, *_bodies(ours, theirs))
        if found:
            return found
    return (HelloDifference("bytes", _bytes(sent), _bytes(received)),)


def _told(hello: ClientHello) -> Iterator[tuple[str, str]]:
    """All of a hello but the bodies of its extensions."""
    (_, ja3), ja4 = ja3_and_ja4(hello)
    codes = [one.code for one in hello.extensions]
    yield "JA4", ja4
    yield "JA3", ja3
    yield "random", hello.random.hex()
    yield "session id", hello.session_id.hex() or "none"
    yield "legacy version", version_name(hello.legacy_version)
    yield "cipher suites", _listed(hello.cipher_suites, cipher_suite_name)
    yield "compression methods", _listed(hello.compression_methods, str)
    yield "extensions", _listed(codes, extension_name)
    yield "GREASE", "yes" if any(map(is_grease, (*codes, *hello.cipher_suites))) else "no"


def _bodies(ours: ClientHello, theirs: ClientHello) -> Iterator[HelloDifference]:
    """The extensions that both have, and not with the same body."""
    for code in dict.fromkeys(one.code for one in ours.extensions):
        mine, other = ours.extension(code), theirs.extension(code)
        if mine is not None and other is not None and mine != other:
            sent, received = _meaning(code, mine), _meaning(code, other)
            if sent == received:
                sent, received = _bytes(mine), _bytes(other)
            yield HelloDifference(extension_name(code), sent, received)


def _meaning(code: int, body: bytes) -> str:
    read = _MEANINGS.get(code, _bytes)
    try:
        return read(body)
    except DecodeError:
        return _bytes(body)


def _key_shares(body: bytes) -> str:
    return ", ".join(
        f"{_named(group, group_name)} {_bytes(share)}"
        for group, share in ext.offered_key_shares(body)[:MAX_LISTED]
    )


def _alpn(body: bytes) -> str:
    protocols = ext.alpn(body)[:MAX_LISTED]
    return ", ".join(one.decode("ascii", "backslashreplace") for one in protocols)


_MEANINGS: dict[int, Callable[[bytes], str]] = {
    ext.SERVER_NAME: lambda body: ext.server_name(body) or "no name",
    ext.SUPPORTED_GROUPS: lambda body: _listed(ext.groups(body), group_name),
    ext.SIGNATURE_ALGORITHMS: lambda body: _listed(
        ext.signature_schemes(body), signature_scheme_name
    ),
    ext.SUPPORTED_VERSIONS: lambda body: _listed(ext.offered_versions(body), version_name),
    ext.ALPN: _alpn,
    ext.KEY_SHARE: _key_shares,
}


def _listed(codes: Iterable[int], name: Callable[[int], str]) -> str:
    every = list(codes)
    named = ", ".join(_named(code, name) for code in every[:MAX_LISTED])
    left = len(every) - MAX_LISTED
    return f"{named} and {left} more" if left > 0 else named or "none"


def _named(code: int, name: Callable[[int], str]) -> str:
    return "GREASE" if is_grease(code) else name(code)


def _bytes(body: bytes) -> str:
    if len(body) <= _SHORT:
        return body.hex() or "empty"
    return f"{len(body)} bytes (SHA-256 {sha256(body).hexdigest()[:16]})"
