"""Where TLS begins in the bytes of one side: found by what a hello looks like, on any port."""

import re

from msgspec import Struct

FIRST_BYTES = frozenset((0x15, 0x16, 0x80))
"""What alerts, handshake records and SSLv2-format hellos begin with (RFC 5246 appendix E.2)."""

# A record's header: type 22, version, and a length that is bounded (RFC 5246 section 6.2.3).
_RECORD = rb"\x16\x03[\x00-\x04][\x00-\x47]."
# The message's header (type 1, and a length of which the first byte is 0 to 3, as no hello is longer than
# the reader takes) and the version in it. Who wants to hide a hello puts each byte into a record of its
# own.
_MESSAGE = (rb"\x01", rb"[\x00-\x03]", b".", b".", rb"\x03", rb"[\x00-\x04]")
_CLIENT_HELLO = re.compile(_RECORD + b"(?:%b)?".replace(b"%b", _RECORD).join(_MESSAGE), re.DOTALL)
_LONGEST = 6 * 5 + len(_MESSAGE)
_BEGUN = re.compile(
    rb"\x16(?:\x03(?:[\x00-\x04](?:[\x00-\x47](?:.(?:\x01.{0,%d})?)?)?)?)?\Z" % (_LONGEST - 7),
    re.DOTALL,
)
"""A ClientHello that the bytes end in."""


class ClientHelloAt(Struct, frozen=True):
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
    begun = _BEGUN.search(held, max(searched, len(held) - _LONGEST + 1))
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


def is_server_hello(held: bytes | bytearray, at: int) -> bool:
    """Whether a record with a ServerHello begins at `at`."""
    found = _ANSWER.match(held, at)
    return found is not None and found[0][0] == 0x16
