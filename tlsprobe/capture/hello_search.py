"""Where TLS begins in the bytes of one side: found by what a hello looks like, on any port."""

import re
from dataclasses import dataclass

FIRST_BYTES = frozenset((0x15, 0x16, 0x80))
"""What alerts, handshake records and SSLv2-format hellos begin with (RFC 5246 appendix E.2)."""

# Record header (type 22, version, length), handshake header (type 1, length), version. No hello is
# longer than the reader takes, so the first byte of its length is 0 to 3; a record's length is bounded
# as well (RFC 5246 section 6.2.3).
_HEAD = (rb"\x16", rb"\x03", rb"[\x00-\x04]", rb"[\x00-\x47]", b".", rb"\x01", rb"[\x00-\x03]", b".", b".",
         rb"\x03", rb"[\x00-\x04]")  # fmt: skip
_CLIENT_HELLO = re.compile(b"".join(_HEAD), re.DOTALL)
_BEGUN = re.compile(b"(?:".join(_HEAD[:-1]) + b")?" * (len(_HEAD) - 2) + rb"\Z", re.DOTALL)
"""The same where the bytes end before it does."""


@dataclass(frozen=True, slots=True)
class ClientHelloAt:
    """A place where a ClientHello begins, or how far there is none."""

    at: int | None
    searched: int
    """Bytes in which none begins; a search may go on from there."""


def find_client_hello(held: bytes | bytearray, searched: int = 0) -> ClientHelloAt:
    """Find a ClientHello at the beginning of the bytes, or behind whatever was spoken before."""
    if not searched and held and held[0] == 0x80:
        verdict = _is_sslv2(held)
        if verdict is not False:
            return ClientHelloAt(0 if verdict else None, 0)
    found = _CLIENT_HELLO.search(held, searched)
    if found is not None:
        return ClientHelloAt(found.start(), found.start())
    begun = _BEGUN.search(held, max(searched, len(held) - len(_HEAD) + 1))
    return ClientHelloAt(None, len(held) if begun is None else begun.start())


def _is_sslv2(held: bytes | bytearray) -> bool | None:
    """Whether a ClientHello in the form of SSLv2 that offers SSL 3.0 or later begins here."""
    head = held[:11]
    size = len(head)
    if size > 2 and head[2] != 1:
        return False
    if size > 3 and head[3] != 3:
        return False
    if size > 5 and (head[5] << 8 | head[6] if size > 6 else 0) % 3:
        return False
    return None if size < 11 else head[4] <= 4


def server_begins(held: bytes | bytearray) -> int:
    """Where the server's TLS begins in what it sent: a ServerHello or an alert, or else the end.

    A server that answers with something else than TLS from the first byte on is read from there.
    """
    found = _ANSWER.search(held)
    if found is not None:
        return found.start()
    return 0 if _ANSWER_BEGUN.match(held) else len(held)


_ANSWER = re.compile(rb"\x16\x03[\x00-\x04]..\x02|\x15\x03[\x00-\x04]\x00\x02[\x01\x02]", re.DOTALL)
_ANSWER_BEGUN = re.compile(rb"(?:[\x15\x16](?:\x03(?:[\x00-\x04].{0,2})?)?)?\Z", re.DOTALL)
