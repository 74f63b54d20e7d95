"""Handshake messages as values (RFC 8446 section 4, RFC 5246 section 7.4).

`decode` gives a value for every message the tool reads, `OtherMessage` for the rest, and raises
`DecodeError` for a body that is malformed. Order is kept everywhere: a fingerprint is order.
"""

import struct
from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple, TypeVar

from msgspec import Struct

from tlsprobe.errors import DecodeError
from tlsprobe.wire.cursor import Cursor

T = TypeVar("T")

CLIENT_HELLO = 1
SERVER_HELLO = 2
NEW_SESSION_TICKET = 4
ENCRYPTED_EXTENSIONS = 8
CERTIFICATE = 11
SERVER_KEY_EXCHANGE = 12
CERTIFICATE_REQUEST = 13
SERVER_HELLO_DONE = 14
CERTIFICATE_VERIFY = 15
CLIENT_KEY_EXCHANGE = 16
FINISHED = 20
CERTIFICATE_STATUS = 22
COMPRESSED_CERTIFICATE = 25

# Bytes of a Certificate message that is remembered; honest ones have three to eight thousand.
_LARGEST_REMEMBERED = 16 * 1024
# Likewise of a hello behind its random and session id: TLS 1.2 has one to three hundred.
_LARGEST_OFFER = 768

# SHA-256 of "HelloRetryRequest": the random that marks one (RFC 8446 section 4.1.3).
HELLO_RETRY_RANDOM = bytes.fromhex(
    "cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c"
)


class Extension(NamedTuple):
    """One extension as sent: its code point and its body.

    A tuple, unlike other values: hellos have twenty of them, and every connection has a hello.
    """

    code: int
    body: bytes


class ClientHello(Struct, frozen=True, kw_only=True):
    """RFC 8446 section 4.1.2."""

    legacy_version: int
    random: bytes
    session_id: bytes
    cipher_suites: tuple[int, ...]
    compression_methods: tuple[int, ...]
    extensions: tuple[Extension, ...]
    has_extensions: bool = True
    """Whether the extensions block was there at all; SSL 3.0 and early TLS 1.0 have none."""
    ssl2: bytes = b""
    """The message as sent, without its length, where it came in SSL 2.0's format."""

    def extension(self, code: int) -> bytes | None:
        """Body of the first extension of that code, None where there is none."""
        return _find(self.extensions, code)


class ServerHello(Struct, frozen=True, kw_only=True):
    """RFC 8446 section 4.1.3; a HelloRetryRequest is one with a fixed random."""

    legacy_version: int
    random: bytes
    session_id: bytes
    cipher_suite: int
    compression_method: int
    extensions: tuple[Extension, ...]

    @property
    def is_hello_retry(self) -> bool:
        """Whether this is a HelloRetryRequest."""
        return self.random == HELLO_RETRY_RANDOM

    def extension(self, code: int) -> bytes | None:
        """Body of the first extension of that code, None where there is none."""
        return _find(self.extensions, code)


class EncryptedExtensions(Struct, frozen=True, kw_only=True):
    """RFC 8446 section 4.3.1."""

    extensions: tuple[Extension, ...]


class CertificateEntry(Struct, frozen=True, kw_only=True):
    """One certificate as sent; its extensions exist in TLS 1.3 only."""

    der: bytes
    extensions: tuple[Extension, ...] = ()


class CertificateMessage(Struct, frozen=True, kw_only=True):
    """RFC 8446 section 4.4.2, RFC 5246 section 7.4.2."""

    entries: tuple[CertificateEntry, ...]
    context: bytes = b""


class CompressedCertificate(Struct, frozen=True, kw_only=True):
    """RFC 8879 section 4: algorithm, the length it claims to have, the compressed message."""

    algorithm: int
    uncompressed_length: int
    compressed: bytes


class CertificateRequest(Struct, frozen=True, kw_only=True):
    """RFC 8446 section 4.3.2, RFC 5246 section 7.4.4."""

    authorities: tuple[bytes, ...]
    """DER of each acceptable CA name."""
    certificate_types: tuple[int, ...] = ()
    signature_schemes: tuple[int, ...] = ()
    extensions: tuple[Extension, ...] = ()


class ServerKeyExchange(Struct, frozen=True, kw_only=True):
    """RFC 8422 section 5.4, RFC 5246 section 7.4.3: what was signed, and the signature.

    `parameters` are the signed bytes after the two randoms; `scheme` is None before TLS 1.2;
    `signature` is None where the suite signs nothing (anonymous, PSK).
    """

    group: int | None
    parameters: bytes
    scheme: int | None
    signature: bytes | None


class CertificateVerify(Struct, frozen=True, kw_only=True):
    """RFC 8446 section 4.4.3; `scheme` is None before TLS 1.2."""

    scheme: int | None
    signature: bytes


class CertificateStatus(Struct, frozen=True, kw_only=True):
    """RFC 6066 section 8 and RFC 6961: the stapled responses, one for each certificate."""

    responses: tuple[bytes, ...]


class Finished(Struct, frozen=True, kw_only=True):
    """RFC 8446 section 4.4.4."""

    verify_data: bytes


class OtherMessage(Struct, frozen=True, kw_only=True):
    """A message that needs no further reading here, known or not."""

    code: int
    body: bytes


Message = (
    ClientHello
    | ServerHello
    | EncryptedExtensions
    | CertificateMessage
    | CompressedCertificate
    | CertificateRequest
    | ServerKeyExchange
    | CertificateVerify
    | CertificateStatus
    | Finished
    | OtherMessage
)


class Context(Struct, frozen=True):
    """What must be known of a connection to read its messages: the version and the cipher suite."""

    tls13: bool = False
    signs_with_scheme: bool = True
    """TLS 1.2 and later write the scheme before a signature; earlier versions imply it."""
    ephemeral: str = "ecdhe"
    """Which form ServerKeyExchange has: ``ecdhe``, ``dhe`` or ``other``."""
    anonymous: bool = False


def decode(code: int, body: bytes, context: Context = Context()) -> Message:
    """The message of type `code`; `DecodeError` where the body does not have its form."""
    if code == CERTIFICATE and len(body) <= _LARGEST_REMEMBERED:
        return _remembered_certificate(body, context.tls13)
    reader = _READERS.get(code)
    if reader is None:
        return OtherMessage(code=code, body=body)
    cursor = Cursor(body)
    message = reader(cursor, context)
    cursor.finish(f"handshake message {code}")
    return message


@lru_cache(maxsize=512)
def _remembered_certificate(body: bytes, tls13: bool) -> Message:  # noqa: FBT001 - not a switch
    # Servers send the same chain to everybody, and what is made of a certificate is remembered by
    # its bytes: one object for equal ones is found again without a look at them.
    cursor = Cursor(body)
    message = _certificate(cursor, Context(tls13=tls13))
    cursor.finish(f"handshake message {CERTIFICATE}")
    return message


_EXTENSION_HEAD = struct.Struct(">HH").unpack_from
# Half the time of `Extension(...)`.
_extension: Callable[[type[Extension], tuple[int, bytes]], Extension]
_extension = tuple.__new__  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]


def read_extensions(cursor: Cursor, what: str) -> tuple[Extension, ...]:
    """An extensions block, in the order sent, with its two bytes of length."""
    block = cursor.block(2, what)
    data, at, end = block.data, block.position, block.end
    extensions: list[Extension] = []
    while at < end:
        # By hand what a cursor does, which says what is wrong where something is.
        start = at + 4
        if start <= end:
            code, size = _EXTENSION_HEAD(data, at)
            stop = start + size
            if stop <= end:
                extensions.append(_extension(Extension, (code, data[start:stop])))
                at = stop
                continue
        block.position = at
        block.uint(2, "extension type")
        block.opaque(2, "extension body")
    return tuple(extensions)


def _find(extensions: tuple[Extension, ...], code: int) -> bytes | None:
    for its_code, body in extensions:
        if its_code == code:
            return body
    return None


_HELLO_HEAD = struct.Struct(">H32s").unpack_from


def _hello_head(cursor: Cursor, whose: str) -> tuple[int, bytes, bytes]:
    """Version, random and session id, which every hello begins with."""
    start = cursor.position
    if start + 34 > cursor.end:
        version, random = cursor.uint(2, f"{whose} version"), cursor.take(32, f"{whose} random")
    else:
        version, random = _HELLO_HEAD(cursor.data, start)
        cursor.position = start + 34
    return version, random, cursor.opaque(1, "session id")


def _remembered(read: Callable[[Cursor], T]) -> Callable[[Cursor], T]:
    """`read` of all that is left, remembered by its bytes.

    What a client of TLS 1.2 offers, and what a server chooses then, is the same in hello after hello: only
    random and session id before it are drawn anew. In TLS 1.3 the key share is, too.
    """

    @lru_cache(maxsize=256)
    def kept(rest: bytes) -> T:
        cursor = Cursor(rest)
        made = read(cursor)
        cursor.finish("hello")
        return made

    def recall(cursor: Cursor) -> T:
        start = cursor.position
        if cursor.remaining <= _LARGEST_OFFER:
            try:
                return kept(cursor.rest())
            except DecodeError:
                cursor.position = start  # to be read again, and to say where it is wrong
        return read(cursor)

    return recall


_Extensions = tuple[Extension, ...]


@_remembered
def _offer(cursor: Cursor) -> tuple[tuple[int, ...], tuple[int, ...], _Extensions, bool]:
    """(suites, compression methods, extensions, whether there is a block of them)."""
    suites = cursor.uints(2, 2, "cipher suites")
    methods = cursor.uints(1, 1, "compression methods")
    if not cursor.remaining:
        return suites, methods, (), False
    return suites, methods, read_extensions(cursor, "client extensions"), True


@_remembered
def _choice(cursor: Cursor) -> tuple[int, int, _Extensions]:
    """(suite, compression method, extensions)."""
    suite, method = cursor.uint(2, "cipher suite"), cursor.uint(1, "compression method")
    return suite, method, read_extensions(cursor, "server extensions") if cursor.remaining else ()


def _client_hello(cursor: Cursor, _: Context) -> ClientHello:
    legacy_version, random, session_id = _hello_head(cursor, "client")
    cipher_suites, compression_methods, extensions, has_extensions = _offer(cursor)
    return ClientHello(
        legacy_version=legacy_version,
        random=random,
        session_id=session_id,
        cipher_suites=cipher_suites,
        compression_methods=compression_methods,
        extensions=extensions,
        has_extensions=has_extensions,
    )


def _server_hello(cursor: Cursor, _: Context) -> ServerHello:
    legacy_version, random, session_id = _hello_head(cursor, "server")
    cipher_suite, compression_method, extensions = _choice(cursor)
    return ServerHello(
        legacy_version=legacy_version,
        random=random,
        session_id=session_id,
        cipher_suite=cipher_suite,
        compression_method=compression_method,
        extensions=extensions,
    )


def _encrypted_extensions(cursor: Cursor, _: Context) -> EncryptedExtensions:
    return EncryptedExtensions(extensions=read_extensions(cursor, "encrypted extensions"))


def _certificate(cursor: Cursor, context: Context) -> CertificateMessage:
    if not context.tls13:
        return CertificateMessage(
            entries=cursor.vector(
                3,
                "certificate list",
                lambda one: CertificateEntry(der=one.opaque(3, "certificate")),
            )
        )
    return CertificateMessage(
        context=cursor.opaque(1, "certificate request context"),
        entries=cursor.vector(
            3,
            "certificate list",
            lambda one: CertificateEntry(
                der=one.opaque(3, "certificate"),
                extensions=read_extensions(one, "certificate extensions"),
            ),
        ),
    )


def cut_certificates(
    body: bytes, context: Context = Context()
) -> tuple[tuple[CertificateEntry, ...], bytes]:
    """What came of a Certificate message that breaks off: whole certificates, a part of the next.

    `body` is the message without its header, as far as it came; total on any bytes. An entry whose
    certificate is whole counts, also where its extensions are not.
    """
    entries: list[CertificateEntry] = []
    at = 3 + (1 + body[0] if context.tls13 and body else 0)
    while (start := at + 3) <= len(body):
        stop = start + int.from_bytes(body[at:start])
        if stop > len(body):
            return tuple(entries), body[start:]
        extensions: tuple[Extension, ...] = ()
        cursor = Cursor(body, stop)
        if context.tls13:
            try:
                extensions = read_extensions(cursor, "certificate extensions")
            except DecodeError:
                cursor.rest()
        entries.append(CertificateEntry(der=body[start:stop], extensions=extensions))
        at = cursor.position
    return tuple(entries), b""


def _compressed_certificate(cursor: Cursor, _: Context) -> CompressedCertificate:
    return CompressedCertificate(
        algorithm=cursor.uint(2, "compression algorithm"),
        uncompressed_length=cursor.uint(3, "uncompressed length"),
        compressed=cursor.opaque(3, "compressed certificate"),
    )


def _certificate_request(cursor: Cursor, context: Context) -> CertificateRequest:
    if context.tls13:
        cursor.opaque(1, "certificate request context")
        extensions = read_extensions(cursor, "certificate request extensions")
        authorities = _find(extensions, 47)
        schemes = _find(extensions, 13)
        return CertificateRequest(
            authorities=() if authorities is None else read_names(Cursor(authorities)),
            signature_schemes=()
            if schemes is None
            else Cursor(schemes).uints(2, 2, "signature algorithms"),
            extensions=extensions,
        )
    return CertificateRequest(
        certificate_types=cursor.uints(1, 1, "certificate types"),
        signature_schemes=cursor.uints(2, 2, "signature algorithms")
        if context.signs_with_scheme
        else (),
        authorities=read_names(cursor),
    )


def read_names(cursor: Cursor) -> tuple[bytes, ...]:
    """A list of distinguished names in DER (RFC 8446 section 4.2.4)."""
    return cursor.vector(2, "certificate authorities", lambda one: one.opaque(2, "authority"))


def _server_key_exchange(cursor: Cursor, context: Context) -> Message:
    start = cursor.position
    group: int | None = None
    if context.ephemeral == "ecdhe":
        if cursor.uint(1, "curve type") != 3:  # explicit curves: deprecated, and nobody sends them
            cursor.rest()
            return OtherMessage(code=SERVER_KEY_EXCHANGE, body=cursor.data[start:])
        group = cursor.uint(2, "named group")
        cursor.opaque(1, "server point")
    elif context.ephemeral == "dhe":
        for field in ("prime", "generator", "server value"):
            cursor.opaque(2, field)
    else:
        return OtherMessage(code=SERVER_KEY_EXCHANGE, body=cursor.rest())
    parameters = cursor.data[start : cursor.position]
    if context.anonymous:
        return ServerKeyExchange(group=group, parameters=parameters, scheme=None, signature=None)
    scheme = cursor.uint(2, "signature scheme") if context.signs_with_scheme else None
    return ServerKeyExchange(
        group=group,
        parameters=parameters,
        scheme=scheme,
        signature=cursor.opaque(2, "signature"),
    )


def _certificate_verify(cursor: Cursor, context: Context) -> CertificateVerify:
    return CertificateVerify(
        scheme=cursor.uint(2, "signature scheme") if context.signs_with_scheme else None,
        signature=cursor.opaque(2, "signature"),
    )


def _certificate_status(cursor: Cursor, _: Context) -> CertificateStatus:
    kind = cursor.uint(1, "status type")
    if kind == 1:
        return CertificateStatus(responses=(cursor.opaque(3, "stapled response"),))
    if kind == 2:
        return CertificateStatus(
            responses=cursor.vector(
                3, "stapled responses", lambda one: one.opaque(3, "stapled response")
            )
        )
    cursor.rest()
    return CertificateStatus(responses=())


def _finished(cursor: Cursor, _: Context) -> Finished:
    return Finished(verify_data=cursor.rest())


_READERS: dict[int, Callable[[Cursor, Context], Message]] = {
    CLIENT_HELLO: _client_hello,
    SERVER_HELLO: _server_hello,
    ENCRYPTED_EXTENSIONS: _encrypted_extensions,
    CERTIFICATE: _certificate,
    SERVER_KEY_EXCHANGE: _server_key_exchange,
    CERTIFICATE_REQUEST: _certificate_request,
    CERTIFICATE_VERIFY: _certificate_verify,
    FINISHED: _finished,
    CERTIFICATE_STATUS: _certificate_status,
    COMPRESSED_CERTIFICATE: _compressed_certificate,
}
