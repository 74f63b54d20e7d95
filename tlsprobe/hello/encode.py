"""Values -> bytes: the ClientHello and the extension bodies that are written anew.

The other way round is `tlsprobe.wire`; encoding what it read gives the bytes that it read.
"""

from collections.abc import Iterable
from struct import pack

from tlsprobe.wire.messages import CLIENT_HELLO, ClientHello
from tlsprobe.wire.records import HANDSHAKE

# RFC 8446 section 5.1: the most that one record of plaintext carries.
MAX_PLAINTEXT = 2**14


def client_hello(hello: ClientHello) -> bytes:
    """The handshake message, its four bytes of header included (RFC 8446 section 4.1.2)."""
    suites = hello.cipher_suites
    parts = [
        pack(">H", hello.legacy_version),
        hello.random,
        pack(">B", len(hello.session_id)),
        hello.session_id,
        pack(f">H{len(suites)}H", 2 * len(suites), *suites),
        pack(">B", len(hello.compression_methods)),
        bytes(hello.compression_methods),
    ]
    if hello.has_extensions:
        block = b"".join(
            pack(">HH", extension.code, len(extension.body)) + extension.body
            for extension in hello.extensions
        )
        parts += pack(">H", len(block)), block
    body = b"".join(parts)
    return pack(">I", CLIENT_HELLO << 24 | len(body)) + body


def client_hello_size(hello: ClientHello) -> int:
    """How long `client_hello` would be."""
    size = 4 + 2 + len(hello.random) + 1 + len(hello.session_id)
    size += 2 + 2 * len(hello.cipher_suites) + 1 + len(hello.compression_methods)
    if hello.has_extensions:
        size += 2 + sum(4 + len(extension.body) for extension in hello.extensions)
    return size


def records(message: bytes, version: int) -> bytes:
    """The message in as few handshake records as can hold it."""
    return b"".join(
        pack(">BHH", HANDSHAKE, version, len(piece)) + piece
        for piece in (
            message[at : at + MAX_PLAINTEXT] for at in range(0, len(message), MAX_PLAINTEXT)
        )
    )


def server_name(name: bytes) -> bytes:
    """Body of server_name with one host name (RFC 6066 section 3)."""
    return pack(">HBH", len(name) + 3, 0, len(name)) + name


def key_shares(shares: Iterable[tuple[int, bytes]]) -> bytes:
    """Body of a ClientHello's key_share (RFC 8446 section 4.2.8)."""
    entries = b"".join(pack(">HH", group, len(share)) + share for group, share in shares)
    return pack(">H", len(entries)) + entries


def code_points(codes: Iterable[int]) -> bytes:
    """Body of supported_groups and of signature_algorithms (RFC 8446 sections 4.2.7, 4.2.3)."""
    listed = list(codes)
    return pack(f">H{len(listed)}H", 2 * len(listed), *listed)


def versions(codes: Iterable[int]) -> bytes:
    """Body of a ClientHello's supported_versions (RFC 8446 section 4.2.1)."""
    listed = list(codes)
    return pack(f">B{len(listed)}H", 2 * len(listed), *listed)


def protocols(names: Iterable[bytes]) -> bytes:
    """Body of a ClientHello's application_layer_protocol_negotiation (RFC 7301 section 3.1)."""
    listed = b"".join(pack(">B", len(name)) + name for name in names)
    return pack(">H", len(listed)) + listed


def cookie(value: bytes) -> bytes:
    """Body of cookie (RFC 8446 section 4.2.2)."""
    return pack(">H", len(value)) + value
