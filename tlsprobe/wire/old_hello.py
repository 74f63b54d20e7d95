"""A ClientHello in the format of SSL 2.0, as clients of long ago begin (RFC 5246 appendix E.2).

It offers SSL 3.0 or TLS in a form that servers of both kinds take. What answers it, and all that
follows, comes in ordinary records.
"""

from tlsprobe.errors import DecodeError
from tlsprobe.wire.cursor import Cursor
from tlsprobe.wire.messages import CLIENT_HELLO, ClientHello

_RANDOM = 32
_KIND = 3
"""Bytes of a cipher kind; a first one of 0 marks a cipher suite of TLS, all others are SSL 2.0's own."""


def decode_old_hello(message: bytes) -> ClientHello:
    """The hello in a message without its length; `DecodeError` where it does not have its form."""
    cursor = Cursor(message)
    if cursor.uint(1, "message type") != CLIENT_HELLO:
        raise DecodeError("an SSL 2.0 message is no ClientHello", 0)
    version = cursor.uint(2, "client version")
    kinds_size, session_size, challenge_size = (
        cursor.uint(2, f"length of {what}") for what in ("cipher specs", "session id", "challenge")
    )
    if kinds_size % _KIND:
        raise DecodeError("cipher specs is no whole number of entries", cursor.position)
    kinds = cursor.take(kinds_size, "cipher specs")
    session_id = cursor.take(session_size, "session id")
    challenge = cursor.take(challenge_size, "challenge")
    cursor.finish("the SSL 2.0 hello")
    return ClientHello(
        legacy_version=version,
        random=challenge[-_RANDOM:].rjust(_RANDOM, b"\0"),
        session_id=session_id,
        cipher_suites=tuple(
            kinds[at + 1] << 8 | kinds[at + 2]
            for at in range(0, kinds_size, _KIND)
            if kinds[at] == 0
        ),
        compression_methods=(0,),
        extensions=(),
        has_extensions=False,
        ssl2=message,
    )
