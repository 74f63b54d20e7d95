"""The ClientHellos of a connection, byte for byte as they stand in its records."""

from tlsprobe.errors import DecodeError
from tlsprobe.wire.messages import CLIENT_HELLO, ClientHello, decode
from tlsprobe.wire.records import CHANGE_CIPHER_SPEC, HANDSHAKE, RecordCutter

# One, and after a HelloRetryRequest a second (RFC 8446 section 4.1.2).
MAX_HELLOS = 2


def client_hellos(stream: bytes) -> tuple[bytes, ...]:
    """The messages, with their headers, that the first bytes of a client's direction begin with.

    Total: what is no ClientHello, or not whole, ends them. How a sender cuts a message into records
    does not show.
    """
    pieces: list[bytes] = []
    for record in RecordCutter(client=True).feed(stream):
        # In TLS 1.3 a client may send one before its second hello (RFC 8446 appendix D.4).
        if record.content_type == CHANGE_CIPHER_SPEC:
            continue
        if record.content_type != HANDSHAKE:
            break
        pieces.append(record.fragment)
    joined = b"".join(pieces)
    found: list[bytes] = []
    while len(found) < MAX_HELLOS:
        message = joined[: 4 + int.from_bytes(joined[1:4])]
        if decoded(message) is None:
            break
        found.append(message)
        joined = joined[len(message) :]
    return tuple(found)


def decoded(message: bytes) -> ClientHello | None:
    """What a message with its header says; None where it is no ClientHello."""
    if message[:1] != bytes((CLIENT_HELLO,)) or int.from_bytes(message[1:4]) != len(message) - 4:
        return None
    try:
        hello = decode(CLIENT_HELLO, message[4:])
    except DecodeError:
        return None
    return hello if isinstance(hello, ClientHello) else None
