"""JARM: a name for the way in which a server answers ten hellos that everybody sends alike.

After salesforce/jarm (`jarm.py` at 08e22b43, BSD-3-Clause; read 2026-11-25). Thirty characters say
which suite and version the server chose of each hello, and 32 are of a hash over protocols and
extensions. Equal settings of equal software give equal values, whoever runs them, and who ends TLS in a
server's place gives his own: a value tells stacks apart, and never owners.
"""

from collections.abc import Iterator, Sequence
from hashlib import sha256
from typing import NamedTuple

from tlsprobe.errors import DecodeError
from tlsprobe.wire import extensions as ext
from tlsprobe.wire.jarm_cipher_suites import NUMBERS
from tlsprobe.wire.messages import SERVER_HELLO, ServerHello, decode
from tlsprobe.wire.records import HANDSHAKE, RecordCutter

HELLOS = 10
NO_ANSWER = "0" * 62
"""The value where no hello was answered, or one of them by silence: it is nobody's."""
LARGEST = 2**16
"""Bytes of a ServerHello that are waited for; its extensions could not be more."""
_VERSIONS = "abcdef"
"""By the last digit of the code point, SSL 3.0 first; there are no others."""
_UNKNOWN_SUITE = len(NUMBERS) + 1


class Answer(NamedTuple):
    """What counts of a ServerHello; a HelloRetryRequest is one too."""

    cipher_suite: int
    version: int
    """Its legacy_version, which TLS 1.3 leaves at that of TLS 1.2 (RFC 8446 section 4.1.3)."""
    protocol: str
    """Chosen by ALPN; empty without."""
    extensions: tuple[int, ...]


def answer(stream: bytes) -> Answer | None:
    """What a server's first bytes say; None for what does not begin with a whole ServerHello.

    An alert before it, if only a warning, leaves nothing: so the reference has it.
    """
    hello = _server_hello(stream)
    if hello is None:
        return None
    chosen = hello.extension(ext.ALPN)
    try:
        # Behind the lengths of the list and of the name in it (RFC 7301 section 3.1).
        protocol = "" if chosen is None else chosen[3:].decode()
    except UnicodeDecodeError:
        return None
    return Answer(
        hello.cipher_suite,
        hello.legacy_version,
        protocol,
        tuple(one.code for one in hello.extensions),
    )


def jarm(answers: Sequence[Answer | None]) -> str:
    """The value of ten answers, in the order of their hellos: 62 characters."""
    if not any(answers):
        return NO_ANSWER
    chosen = "".join(map(_chosen, answers))
    hashed = sha256("".join(map(_words, answers)).encode()).hexdigest()
    return chosen + hashed[:32]


def of_somebody(value: str | None) -> str | None:
    """A value that can be compared; None where there is none, or nobody's."""
    return None if value == NO_ANSWER else value


def _server_hello(stream: bytes) -> ServerHello | None:
    message = bytearray()
    for piece in _handshake(stream):
        message += piece
        if len(message) < 4:
            continue
        size = 4 + int.from_bytes(message[1:4])
        if message[0] != SERVER_HELLO or size > LARGEST:
            return None
        if len(message) >= size:
            return _decoded(bytes(message[4:size]))
    return None


def _handshake(stream: bytes) -> Iterator[bytes]:
    """The fragments before the first record of another kind."""
    for record in RecordCutter().feed(stream):
        if record.content_type != HANDSHAKE:
            return
        yield record.fragment


def _decoded(body: bytes) -> ServerHello | None:
    try:
        hello = decode(SERVER_HELLO, body)
    except DecodeError:
        return None
    return hello if isinstance(hello, ServerHello) else None


def _chosen(one: Answer | None) -> str:
    """Suite and version in three characters."""
    if one is None:
        return "000"
    digit = one.version & 0xF
    version = _VERSIONS[digit] if digit < len(_VERSIONS) else "0"
    return f"{NUMBERS.get(one.cipher_suite, _UNKNOWN_SUITE):02x}{version}"


def _words(one: Answer | None) -> str:
    """Protocol and extensions as they are hashed."""
    if one is None:
        return ""
    return one.protocol + "-".join(f"{code:04x}" for code in one.extensions)
